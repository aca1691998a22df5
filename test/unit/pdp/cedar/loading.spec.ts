import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type { LoadOutcome } from '../../../../src/pdp/cedar/policy-keeper.js';
import { PolicySetError } from '../../../../src/pdp/cedar/policy-set.error.js';
import { closeAll, effectOf, folderWith, question, startCedar } from './cedar-bench.js';
import type { Files } from './cedar-bench.js';

afterEach(closeAll);

const OPEN = 'permit(principal, action, resource);';

async function refusalOf(files: Files): Promise<string> {
  const error: unknown = await startCedar(files).catch((reason: unknown) => reason);
  if (!(error instanceof PolicySetError)) throw new Error('the policies were not refused', { cause: error });
  return error.message;
}

describe('policies that stop the start', () => {
  it.each<[name: string, files: Files, message: RegExp]>([
    [
      'a word too many',
      { 'a.cedar': OPEN, 'b.cedar': `\n${OPEN}\n@id("two")\npermit(principal, action,\n resource) wen;` },
      /^b\.cedar:5: policy "two": unexpected token `;`/,
    ],
    [
      'no semicolon',
      { 'a.cedar': `${OPEN}\npermit(principal, action, resource)` },
      /^a\.cedar:2: policy number 2: unexpected end of input/,
    ],
    [
      'an open string',
      { 'a.cedar': `${OPEN}\nforbid(principal == User::"x, action, resource); ${OPEN}` },
      /^a\.cedar:2: policy number 2: /,
    ],
    [
      'an unknown action',
      { 'a.cedar': 'permit(principal,\n action == Action::"reed", resource);' },
      /^a\.cedar:2: policy number 1: unrecognized action `Action::"reed"` \(did you mean `Action::"read"`/,
    ],
    [
      'an unknown entity type',
      { 'a.cedar': '@id("x") permit(principal in Team::"a", action, resource);' },
      /^a\.cedar:1: policy "x": unrecognized entity type `Team`/,
    ],
    [
      'an unknown attribute',
      { 'a.cedar': `${OPEN} permit(principal, action, resource) when { resource.owner == "a" };` },
      /^a\.cedar:1: policy number 2: attribute `owner` on entity type `\w+` not found/,
    ],
    [
      'an attribute that may be missing',
      { 'a.cedar': `permit(principal, action, resource)\nwhen { context.token_jti == "a" };` },
      /^a\.cedar:2: policy number 1: .*token_jti/,
    ],
    [
      'a comparison of two types',
      { 'a.cedar': 'permit(principal, action, resource) when { context.tenant_id == 1 };' },
      /^a\.cedar:1: policy number 1: /,
    ],
    [
      'a template',
      { 'a.cedar': `\n@id("t") permit(principal == ?principal, action, resource);` },
      /^a\.cedar:2: policy "t": .*template containing the slot \?principal/,
    ],
    [
      'one @id twice',
      { 'a.cedar': `@id("x") ${OPEN}`, 'b.cedar': `\n@id("x") ${OPEN}` },
      /^b\.cedar:2: policy "x": the @id is taken already \(a\.cedar:1\)/,
    ],
    [
      'one annotation twice',
      { 'a.cedar': `@id("x")\n@id("y") ${OPEN}` },
      /^a\.cedar:2: policy "x": duplicate annotation/,
    ],
    [
      'a schema that does not parse',
      { 'a.cedar': OPEN, 'schema.cedarschema': 'entity A;\nentity B\n = ;' },
      /^schema\.cedarschema:3: error parsing schema: unexpected token `;`/,
    ],
    [
      'a schema that says again what is said',
      { 'schema.cedarschema': 'entity User;' },
      /^schema\.cedarschema.*User/,
    ],
  ])('%s', async (_, files, message) => {
    expect(await refusalOf(files)).toMatch(message);
  });

  it('bytes that are not UTF-8', async () => {
    const files: Files = { 'a.cedar': Buffer.from([0x2f, 0x2f, 0xff]) as unknown as string };
    expect(await refusalOf(files)).toBe('a.cedar: the file is not UTF-8 text');
  });

  it('a folder that is not there, or a file that cannot be read', async () => {
    const folder = await folderWith({});
    await rm(folder, { recursive: true });
    await expect(CedarPdp.load(folder)).rejects.toThrow(/ cannot be read: ENOENT$/);
    const parent = await folderWith({});
    await mkdir(join(parent, 'a.cedar'));
    await expect(CedarPdp.load(parent)).rejects.toThrow(/EISDIR/);
  });

  it('are told all at once, up to ten, and without the addresses that stand in them', async () => {
    const faulty = 'permit(principal, action, resource == Secrets::"yaml://secret/hidden/place");\n';
    const message = await refusalOf({ 'a.cedar': faulty.repeat(12) });
    expect(message.split('\n')).toHaveLength(11);
    expect(message).toContain('and 2 more');
    expect(message).not.toContain('hidden');
    expect(await refusalOf({ 'a.cedar': '@id("yaml://secret/hidden") permit(x);' })).not.toContain('hidden');
  });
});

describe('policies that are taken', () => {
  it('denies everything where there are none', async () => {
    const pdp = await startCedar({ 'notes.txt': OPEN, '.hidden.cedar': OPEN });
    expect(await effectOf(pdp)).toBe('deny');
    expect(pdp.needsFacts([question()])).toEqual([false]);
  });

  it('takes all files together, with a byte order mark and either line end', async () => {
    const pdp = await startCedar({
      'a.cedar': `\uFEFF// all\r\n${OPEN}\r\n`,
      'b.cedar': 'forbid(principal, action == Action::"write", resource);',
    });
    expect(await effectOf(pdp)).toBe('permit');
    expect(await effectOf(pdp, { purpose: 'write' })).toBe('deny');
  });

  it('adds the schema of the folder to its own', async () => {
    const pdp = await startCedar({
      'a.cedar':
        'permit(principal, action, resource) when { ip("10.0.0.1").isLoopback() || context.tenant_id == "dev" };',
      'schema.cedarschema': 'entity Team = { lead: User };\ntype Note = String;',
    });
    expect(await effectOf(pdp)).toBe('permit');
  });

  it('asks under the names that it is told', async () => {
    const policy = 'permit(principal, action == Action::"execute", resource);';
    const actionOf = (purpose: string): string => (purpose === 'read' ? 'execute' : purpose);
    const pdp = await startCedar(policy, { actionOf });
    expect(await effectOf(pdp)).toBe('permit');
    expect(await effectOf(pdp, { purpose: 'write' })).toBe('deny');
    await expect(startCedar(policy)).rejects.toThrow('unrecognized action');
    await expect(
      startCedar('permit(principal, action == Action::"read", resource);', { actionOf }),
    ).rejects.toThrow('unrecognized action');
  });

  it('tells of what it loaded, and warns of what permits or matches nothing', async () => {
    const outcomes: LoadOutcome[] = [];
    await startCedar(
      `@notify("x") ${OPEN}\n@id("never") permit(principal == Group::"g", action, resource);`,
      { onReload: (outcome) => outcomes.push(outcome) },
    );
    expect(outcomes).toEqual([
      {
        ok: true,
        message: '2 policies of 1 files decide',
        warnings: expect.arrayContaining([
          'all.cedar:1: policy number 1: permits nothing, an annotation is unknown or unreadable',
          expect.stringContaining('all.cedar:2: policy "never": policy is impossible'),
        ]) as unknown,
      },
    ]);
  });

  it('names the set by its contents alone', async () => {
    const files = { 'a.cedar': OPEN, 'schema.cedarschema': 'entity Team;' };
    const generations = new Set<string>();
    for (const variant of [
      files,
      { ...files, 'a.cedar': `${OPEN}\n` },
      { ...files, 'schema.cedarschema': 'entity Crew;' },
      { 'a.cedar': OPEN },
      { 'b.cedar': OPEN },
    ]) {
      const generation = (await startCedar(variant)).generation;
      expect(generation).toMatch(/^cedar-[0-9a-f]{64}$/);
      generations.add(generation);
    }
    expect(generations.size).toBe(5);
    expect(generations).toContain((await startCedar({ ...files, 'readme.md': 'x' })).generation);
  });

  it('decides nothing before it has loaded', async () => {
    const pdp = new CedarPdp(await folderWith({}));
    expect(() => pdp.generation).toThrow('PDP_UNAVAILABLE');
    expect(() => pdp.needsFacts([])).toThrow('PDP_UNAVAILABLE');
    await expect(pdp.decide([question()])).rejects.toThrow('PDP_UNAVAILABLE');
    expect(await pdp.checkHealth()).toEqual({ usable: false, state: 'not-loaded' });
    expect(pdp.engine).toBe('cedar');
  });
});
