/**
 * `npm run bench`: all cases, `-- --quick`: in a few minutes, `-- CASE…`: those, `-- --write`: also into
 * docs/performance.md. A full run of all cases is always written.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bench } from './support/bench.mjs';
import { describeMachine, pinItself, readLoad } from './support/machine.mjs';
import { printCase, writePage } from './support/report.mjs';

const ALL = readdirSync(new URL('cases', import.meta.url))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length))
  .sort();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !ALL.includes(name));
if (process.platform !== 'linux') fail('the bench reads /proc: it needs Linux');
if (unknown.length > 0) fail(`no case "${unknown.join('", "')}"; there are ${ALL.join(', ')}`);

const names = positionals.length > 0 ? positionals : ALL;
const machine = describeMachine();
pinItself();
const failed = [];
for (const name of names) {
  const bench = await Bench.start(values.quick);
  try {
    console.error(`${name} (load ${readLoad().join(' ')})`);
    const before = readLoad();
    const { title, about, run } = await import(`./cases/${name}.mjs`);
    const result = {
      name,
      title,
      about,
      isQuick: values.quick,
      machine,
      load: [before],
      ...(await run(bench)),
    };
    result.load.push(readLoad());
    if (result.leftOut !== undefined) {
      console.error(`LEFT OUT: ${title}: ${result.leftOut}`);
      continue;
    }
    printCase(result);
    if (values.write || (positionals.length === 0 && !values.quick)) await writePage(result);
  } catch (error) {
    console.error(error);
    failed.push(name);
  } finally {
    await bench.stop();
  }
}
if (failed.length > 0) fail(`failed: ${failed.join(', ')}`);
process.exit();

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(1);
}
