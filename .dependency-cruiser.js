/**
 * The import table of docs/architecture.md. A room may import itself and the rooms or single files named here, nothing
 * else of ours; its `*.module.ts`, which only wires, may import the modules of other rooms too. `src/*.ts`, the composition root,
 * may import every room and is imported by none.
 */
export const ROOMS = {
  secrets: [],
  ports: ['secrets'],
  config: ['secrets'],
  context: ['secrets'],
  observability: ['config', 'secrets'],
  auth: ['config', 'context', 'observability', 'ports', 'secrets'],
  pep: ['config', 'context', 'observability', 'ports', 'secrets'],
  // VaultService is called from inside the process too, where no interceptor records the outcome.
  application: ['config', 'context', 'observability', 'pep/outcome.recorder.ts', 'ports', 'secrets'],
  providers: ['config', 'observability', 'ports', 'secrets'],
  pdp: ['config', 'observability', 'ports', 'secrets'],
  audit: ['config', 'observability', 'ports', 'secrets'],
  state: ['config', 'observability', 'ports', 'secrets'],
  console: ['pep/authorize.decorator.ts'],
  http: ['application', 'auth', 'config', 'context', 'observability', 'pep', 'ports', 'secrets'],
};

const MODULE = String.raw`\.module\.ts$`;

function rulesOfRoom([room, allowed]) {
  const open = `^src/(${[room, ...allowed].join('|')})(/|$)`;
  return [
    {
      name: `${room}-imports`,
      comment: `src/${room} may import ${allowed.join(', ') || 'nothing of ours'}.`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: MODULE },
      to: { path: '^src/', pathNot: open },
    },
    {
      name: `${room}-wiring`,
      comment: `A module of src/${room} may also import the modules of other rooms.`,
      severity: 'error',
      from: { path: `^src/${room}/.*${MODULE}` },
      to: { path: '^src/', pathNot: [open, MODULE] },
    },
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(ROOMS).flatMap(rulesOfRoom),
    {
      name: 'no-room-without-rule',
      comment: 'A new room gets its line in the table first.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(ROOMS).join('|')})/` },
      to: {},
    },
    {
      name: 'no-way-back-to-the-root',
      comment: 'Only the root imports app.module and app.setup.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+$' },
    },
    {
      name: 'secrets-is-plain',
      comment: 'The words of the domain need no package.',
      severity: 'error',
      from: { path: '^src/secrets/' },
      to: { path: 'node_modules' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is dead.',
      severity: 'error',
      from: { orphan: true, pathNot: '^src/main\\.ts$' },
      to: {},
    },
    {
      name: 'no-development-package',
      comment: 'The production install has no devDependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that only another package brings may be gone tomorrow.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
