import { join } from 'node:path';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { DocBlocks } from '../support/doc-blocks.js';
import { FaultProxy } from '../support/fault-proxy/fault-proxy.js';

const ROOT = join(import.meta.dirname, '../..');
const STRICT =
  '--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --noPropertyAccessFromIndexSignature';
const COMPILE = `{
  openapi-typescript ${ROOT}/docs/openapi.json --default-non-nullable=false --output schema.ts
  tsc ${STRICT} --skipLibCheck --module nodenext --target es2024 --types node once.ts
} >compiler.txt 2>&1 || { cat compiler.txt >&2; exit 1; }`;

/** The loops of the page, on a service whose answers are lost and refused on their way. */
describe('docs/how-to/retry.md', () => {
  let running: RunningApp;
  let proxy: FaultProxy;
  let page: DocBlocks;

  beforeAll(async () => {
    running = await createApp();
    proxy = await FaultProxy.start(running.url);
    page = new DocBlocks('docs/how-to/retry.md', { '9100': Number(new URL(proxy.url).port) });
  });
  afterAll(async () => {
    await page.close();
    await proxy.stop();
    await running.close();
  });
  beforeEach(() => {
    proxy.calm();
    proxy.callCount = 0;
  });

  /** Done, and not told; then refused; then half an answer. */
  const spoil = (): void => {
    const match = /^POST/;
    proxy.addRule({ match, fault: { kind: 'cut-after' } });
    proxy.addRule({ match, fault: { kind: 'status-before', status: 503 } });
    proxy.addRule({ match, fault: { kind: 'truncate' } });
  };

  it('writes once in a shell, though the first answers are lost', async () => {
    spoil();
    const [loop = ''] = page.of('sh');
    // A second write of the same secret would not be told as new.
    expect(await page.run(loop, {})).toEqual(page.answers().slice(0, 1));
    expect(proxy.callCount).toBe(4);
  }, 60_000);

  it('moves once in TypeScript, though the first answers are lost', async () => {
    const [program = ''] = page.of('ts');
    page.write('package.json', '{"type":"module"}');
    page.write('once.ts', program);
    await page.run(COMPILE, {});
    spoil();
    // A second move would find no source.
    expect(await page.run(`node once.js ${proxy.url}`, {})).toEqual(page.answers().slice(1));
    expect(proxy.callCount).toBe(4);
  }, 120_000);

  it('gives up at once where sending again does not help', async () => {
    const [loop = ''] = page.of('sh');
    const refused = loop.replace('"token": "s3cr3t"', '').replace('{}', '1');
    await expect(page.run(refused, {})).rejects.toThrow('ended with 1');
    expect(proxy.callCount).toBe(1);
  }, 60_000);
});
