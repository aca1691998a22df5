/**
 * A script of the console, which the compiler of the service does not see (`src/console/page/tsconfig.json` does).
 * @param name as `sse-parser.js`
 */
export async function importPageModule<Module>(name: string): Promise<Module> {
  return (await import(`../../../src/console/page/${name}`)) as Module;
}
