import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type { LoadOutcome } from '../../../../src/pdp/cedar/policy-keeper.js';
import { closeAll, effectOf, folderWith, startCedarOn, writeFiles } from './cedar-bench.js';

afterEach(closeAll);

const PERMIT = 'permit(principal, action, resource);';
const FORBID = 'forbid(principal, action, resource);';
/** The contract: a change counts within five seconds. */
const WITHIN_MS = 5_000;

async function becomes(pdp: CedarPdp, effect: string): Promise<number> {
  const startedAt = performance.now();
  while ((await effectOf(pdp)) !== effect) {
    if (performance.now() - startedAt > WITHIN_MS) throw new Error(`no ${effect} within five seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - startedAt;
}

/** A folder as a mounted config map looks: links to a link to the folder of the version. */
async function configMap(text: string): Promise<string> {
  const folder = await folderWith({});
  await writeFiles(join(folder, '..v1'), { 'all.cedar': text });
  await symlink('..v1', join(folder, '..data'));
  await symlink(join('..data', 'all.cedar'), join(folder, 'all.cedar'));
  return folder;
}

async function swapConfigMap(folder: string, version: string, text: string): Promise<void> {
  await writeFiles(join(folder, `..${version}`), { 'all.cedar': text });
  await symlink(`..${version}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

describe('a change of the policies', () => {
  it('counts when a file is written over, added and removed', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT });
    const pdp = await startCedarOn(folder);
    const first = pdp.generation;
    await writeFile(join(folder, 'b.cedar'), FORBID);
    await becomes(pdp, 'deny');
    expect(pdp.generation).not.toBe(first);
    await rm(join(folder, 'b.cedar'));
    await becomes(pdp, 'permit');
    expect(pdp.generation).toBe(first);
    await writeFile(join(folder, 'a.cedar'), FORBID);
    await becomes(pdp, 'deny');
  });

  it('counts when the last file is removed: then nothing permits', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT });
    const pdp = await startCedarOn(folder);
    await rm(join(folder, 'a.cedar'));
    await becomes(pdp, 'deny');
    expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
  });

  it('counts when a config map swaps its folder, twice', async () => {
    const folder = await configMap(PERMIT);
    const pdp = await startCedarOn(folder);
    await swapConfigMap(folder, 'v2', FORBID);
    await becomes(pdp, 'deny');
    await swapConfigMap(folder, 'v3', PERMIT);
    await becomes(pdp, 'permit');
  });

  it('counts when the folder itself is a link that points elsewhere, or another one comes in its place', async () => {
    const parent = await folderWith({});
    const folder = join(parent, 'current');
    await writeFiles(join(parent, 'one'), { 'a.cedar': PERMIT });
    await writeFiles(join(parent, 'two'), { 'a.cedar': FORBID });
    await symlink('one', folder);
    const pdp = await startCedarOn(folder);
    await symlink('two', `${folder}.new`);
    await rename(`${folder}.new`, folder);
    await becomes(pdp, 'deny');
    await rm(folder);
    await rename(join(parent, 'one'), folder);
    await becomes(pdp, 'permit');
  });

  it('counts without any notice of the system', async () => {
    const folder = await configMap(PERMIT);
    const pdp = await startCedarOn(folder, { pollMs: 300 });
    // Behind the links, where no watch of the folder looks.
    await writeFile(join(folder, '..v1', 'all.cedar'), FORBID);
    expect(await becomes(pdp, 'deny')).toBeLessThan(WITHIN_MS);
  });

  it('is read only when the folder stands still', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT, 'b.cedar': FORBID });
    const outcomes: LoadOutcome[] = [];
    const pdp = await startCedarOn(folder, {
      settleMs: 800,
      onReload: (outcome) => outcomes.push(outcome),
    });
    // A tool that empties the folder and fills it again: neither half is a set.
    await rm(join(folder, 'b.cedar'));
    await new Promise((resolve) => setTimeout(resolve, 120));
    await writeFile(join(folder, 'c.cedar'), FORBID);
    const effects = new Set<string>();
    const endsAt = performance.now() + 10_000;
    while (outcomes.length < 2 && performance.now() < endsAt) {
      effects.add(await effectOf(pdp));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect([...effects]).toEqual(['deny']);
    expect(outcomes.map(({ message }) => message)).toEqual(Array(2).fill('2 policies of 2 files decide'));
  });
});

describe('a reload that fails', () => {
  it('leaves the set that is there, says so once, and says when it is mended', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT });
    const outcomes: LoadOutcome[] = [];
    const pdp = await startCedarOn(folder, { onReload: (outcome) => outcomes.push(outcome) });
    const { generation } = pdp;
    await writeFile(join(folder, 'a.cedar'), `${FORBID} permit(`);
    expect(await pdp.reload()).toBe(false);
    expect(await pdp.reload()).toBe(false);
    expect(await effectOf(pdp)).toBe('permit');
    expect(pdp.generation).toBe(generation);
    expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'reload-failed' });

    await writeFile(join(folder, 'a.cedar'), PERMIT);
    expect(await pdp.reload()).toBe(true);
    expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
    expect(outcomes.map(({ ok, message }) => [ok, message])).toEqual([
      [true, '1 policies of 1 files decide'],
      [false, 'a.cedar:1: policy number 2: unexpected end of input'],
      [true, '1 policies of 1 files decide'],
    ]);
  });

  it('is noticed by itself', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT });
    const failed = Promise.withResolvers<string>();
    const pdp = await startCedarOn(folder, { onReload: ({ ok, message }) => ok || failed.resolve(message) });
    await writeFile(join(folder, 'a.cedar'), 'permit(principal, action == Action::"rename", resource);');
    expect(await failed.promise).toContain('a.cedar:1: policy number 1: unrecognized action');
    expect(await effectOf(pdp)).toBe('permit');
    expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'reload-failed' });
  });

  it('leaves the set where the whole folder is gone, and takes it when it is back', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT });
    const pdp = await startCedarOn(folder);
    await rm(folder, { recursive: true });
    expect(await pdp.reload()).toBe(false);
    expect(await effectOf(pdp)).toBe('permit');
    await mkdir(folder);
    await writeFile(join(folder, 'a.cedar'), FORBID);
    await becomes(pdp, 'deny');
    expect(await pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
  });

  it('does not keep the process: a decision point that is closed looks no more', async () => {
    const folder = await folderWith({ 'a.cedar': PERMIT });
    const pdp = await startCedarOn(folder, { pollMs: 50 });
    await pdp.close();
    await writeFile(join(folder, 'a.cedar'), FORBID);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await effectOf(pdp)).toBe('permit');
  });
});
