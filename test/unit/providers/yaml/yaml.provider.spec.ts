import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileLock } from '../../../../src/providers/yaml/file-lock.js';
import { YamlFile } from '../../../../src/providers/yaml/yaml-file.js';
import { YamlProvider } from '../../../../src/providers/yaml/yaml.provider.js';
import { Sealed } from '../../../../src/secrets/sealed.js';
import { SecretError } from '../../../../src/secrets/secret.errors.js';
import { SecretPrefix, SecretUri } from '../../../../src/secrets/secret-uri.js';
import { Walk } from '../../../../src/secrets/walk.js';
import { codeOf } from '../../../contract/provider-bench.js';

/** How long an edit by hand may take to be seen. */
const SEEN_WITHIN_MS = 1_000;

const uri = (name: string) => SecretUri.parse(`yaml://secret/${name}`);
const start = (path: string, writable = true) => new YamlProvider(new YamlFile(path), { writable });
const set = (provider: YamlProvider, name: string, key: string, value: string) =>
  provider.change(
    uri(name),
    { kind: 'set-key', key, value: new Sealed(value), mustExist: false },
    { subject: undefined },
  );
const read = async (provider: YamlProvider, name: string) => ({
  ...(await provider.read(uri(name))).values.open(),
});

async function listAll(provider: YamlProvider, walk = new Walk(1, undefined)): Promise<string[]> {
  const listed: string[] = [];
  for await (const batch of provider.list(SecretPrefix.parse('yaml://secret/'), walk))
    listed.push(...batch.map((secret) => String(secret.uri)));
  return listed;
}

async function detailOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof SecretError) return error.detail;
    throw error;
  }
  throw new Error('the call succeeded though it had to fail');
}

describe('the provider of the YAML store', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'yaml-provider-'));
    path = join(folder, 'secrets.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('the file', () => {
    it('is made with its folder by the first write, for nobody but its owner', async () => {
      path = join(folder, 'data', 'deep', 'secrets.yaml');
      const provider = start(path);
      expect(await codeOf(provider.read(uri('a')))).toBe('SECRET_NOT_FOUND');
      expect(readdirSync(folder)).toEqual([]);
      await set(provider, 'a', 'k', 'v');
      expect(readFileSync(path, 'utf8')).toBe('secret/a:\n  k: v\n');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
    });

    it('keeps the mode that it has', async () => {
      writeFileSync(path, 'secret/a: {}\n');
      chmodSync(path, 0o640);
      await set(start(path), 'a', 'k', 'v');
      expect(statSync(path).mode & 0o777).toBe(0o640);
    });

    it('is the one that a link leads to, also where that is not there yet', async () => {
      mkdirSync(join(folder, 'real'));
      symlinkSync('real/secrets.yaml', path);
      const provider = start(path);
      await set(provider, 'a', 'k', 'v');
      await set(provider, 'a', 'l', 'w');
      expect(readFileSync(join(folder, 'real', 'secrets.yaml'), 'utf8')).toContain('  l: w');
      expect(readdirSync(folder).sort()).toEqual(['real', 'secrets.yaml']);
      expect(await read(start(path), 'a')).toEqual({ k: 'v', l: 'w' });
    });

    it('holds names as addresses print them', async () => {
      const provider = start(path);
      await set(provider, 'Prod/with%20space/ключ', 'k', 'v');
      expect(readFileSync(path, 'utf8')).toBe('secret/Prod/with%20space/ключ:\n  k: v\n');
    });

    it('leaves nothing but the lock beside it', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => set(start(path), `n${index}`, 'k', 'v')));
      expect(readdirSync(folder).sort()).toEqual(['secrets.yaml', 'secrets.yaml.lock']);
      expect(statSync(`${path}.lock`).size).toBe(0);
    });
  });

  describe('edits by hand and by others', () => {
    it('are seen when an editor replaces the file', async () => {
      const provider = start(path);
      await set(provider, 'a', 'k', 'old');
      writeFileSync(`${path}~`, 'secret/a: {k: new}\n');
      renameSync(`${path}~`, path);
      expect(await read(provider, 'a')).toEqual({ k: 'new' });
    });

    it('are seen within a second when an editor writes in place', async () => {
      const provider = start(path);
      await set(provider, 'a', 'k', 'v');
      for (const value of ['one', 'two', 'six']) {
        writeFileSync(path, `secret/a: {k: ${value}}\n`);
        const startedAt = performance.now();
        expect(await read(provider, 'a')).toEqual({ k: value });
        expect(performance.now() - startedAt).toBeLessThan(SEEN_WITHIN_MS);
      }
    });

    it('are not taken for an empty store while the file is half-written', async () => {
      const provider = start(path);
      const edit = async (): Promise<{ isQuick: boolean; seen: unknown }> => {
        await set(provider, 'a', 'k', 'v');
        const begunAtMs = performance.now();
        writeFileSync(path, '');
        const outcomes = Promise.allSettled([read(provider, 'a'), set(provider, 'b', 'k', 'v')]);
        await sleep(10);
        writeFileSync(path, 'secret/a: {k: edited} # by hand\n');
        // A file that keeps still for longer counts as written: on a busy machine the edit may take that long.
        const isQuick = performance.now() - begunAtMs < 30;
        const [reading] = await outcomes;
        return { isQuick, seen: reading.status === 'fulfilled' ? reading.value : reading.reason };
      };
      let edited = await edit();
      for (let attempt = 1; !edited.isQuick && attempt < 50; attempt += 1) edited = await edit();
      expect(edited).toEqual({ isQuick: true, seen: { k: 'edited' } });
      expect(readFileSync(path, 'utf8')).toBe('secret/a: {k: edited} # by hand\nsecret/b:\n  k: v\n');
    });

    it('are seen at once when another process acknowledged a write', async () => {
      const [one, other] = [start(path), start(path)];
      for (let round = 0; round < 30; round += 1) {
        await set(one, 'a', 'k', `v${round}`);
        expect(await read(other, 'a')).toEqual({ k: `v${round}` });
        await set(other, 'b', 'k', `v${round}`);
        expect(await read(one, 'b')).toEqual({ k: `v${round}` });
      }
    });

    it('are seen when the file goes, and comes again', async () => {
      const provider = start(path);
      await set(provider, 'a', 'k', 'v');
      rmSync(path);
      expect(await codeOf(provider.read(uri('a')))).toBe('SECRET_NOT_FOUND');
      await set(provider, 'b', 'k', 'v');
      expect(readFileSync(path, 'utf8')).toBe('secret/b:\n  k: v\n');
    });

    it('reads a large file once for all who wait', async () => {
      const provider = start(path);
      await set(provider, 'a', 'k', 'v');
      const text = Array.from({ length: 5_000 }, (_, index) => `secret/n${index}:\n  k: v\n`).join('');
      writeFileSync(`${path}~`, text);
      renameSync(`${path}~`, path);
      const all = await Promise.all(
        Array.from({ length: 200 }, (_, index) => provider.read(uri(`n${index}`))),
      );
      const values = all.map((snapshot) => snapshot.values.open());
      expect(new Set(values).size).toBe(200);
      expect((await provider.read(uri('n7'))).values.open()).toBe(values[7]);
    });
  });

  describe('a file that cannot be read', () => {
    const BROKEN = 'secret/a: {k: hunter2}\nsecret/b: {k: hunter2\n';

    it('fails every call with line and column until it is mended, and is not written over', async () => {
      writeFileSync(path, BROKEN);
      const provider = start(path);
      const replace = { kind: 'replace', values: new Sealed({}), mustExist: false } as const;
      const calls = () => [
        provider.read(uri('a')),
        provider.readKeys(uri('a')),
        provider.change(uri('c'), replace, { subject: undefined }),
        provider.remove(uri('a'), {}),
        provider.destroy(uri('a'), {}),
        listAll(provider),
      ];
      for (const call of calls()) {
        const detail = await detailOf(call);
        expect(detail).toBe('The YAML file does not parse as one document (line 3, column 1).');
      }
      for (const call of calls()) expect(await codeOf(call)).toBe('PROVIDER_ERROR');
      expect(await provider.checkHealth()).toEqual({ usable: false, state: 'not readable' });
      expect(readFileSync(path, 'utf8')).toBe(BROKEN);
      writeFileSync(path, BROKEN.replace('hunter2\n', 'hunter2}\n'));
      expect(await read(provider, 'b')).toEqual({ k: 'hunter2' });
      await set(provider, 'c', 'k', 'v');
      expect(await provider.checkHealth()).toEqual({ usable: true, state: 'readable and writable' });
    });

    it.each([
      ['a key twice', 'secret/a: {}\nsecret/a: {}\n', '(line 2, column 1)'],
      ['a list', '- hunter2\n', '(line 1, column 1)'],
      [
        'another encoding',
        Buffer.from('secret/a: {}\nsecret/b: {k: \xfc}\n', 'latin1'),
        '(line 2, column 15)',
      ],
      ['UTF-16', Buffer.from('\ufeffsecret/a: {}\n', 'utf16le'), '(line 1, column 1)'],
      ['a mark and a fault', '\ufeffsecret/a: [hunter2]\n', '(line 1, column 11)'],
    ])('says where: %s', async (_, content, where) => {
      writeFileSync(path, content);
      const detail = await detailOf(start(path).read(uri('a')));
      expect(detail).toContain(where);
      expect(detail).not.toContain('hunter2');
      expect(detail).not.toContain(folder);
    });

    it('reads a file with a byte order mark', async () => {
      writeFileSync(path, '\ufeffsecret/a: {k: v}\n');
      expect(await read(start(path), 'a')).toEqual({ k: 'v' });
    });

    it('is one that is too large', async () => {
      writeFileSync(path, `secret/a: {k: v}\n# ${'x'.repeat(2_000)}\n`);
      const provider = new YamlProvider(new YamlFile(path, 1_000), { writable: true });
      expect(await codeOf(provider.read(uri('a')))).toBe('PROVIDER_ERROR');
      expect(await codeOf(set(provider, 'a', 'k', 'v'))).toBe('PROVIDER_ERROR');
    });

    it('is a folder, or below one that is a file', async () => {
      mkdirSync(path);
      expect(await detailOf(start(path).read(uri('a')))).toBe('The YAML file cannot be read (ENOTSUP).');
      writeFileSync(join(folder, 'plain'), '');
      const provider = start(join(folder, 'plain', 'secrets.yaml'));
      expect(await codeOf(set(provider, 'a', 'k', 'v'))).toBe('PROVIDER_UNAVAILABLE');
    });

    it('is no device: nothing is put in its place', async () => {
      symlinkSync('/dev/null', path);
      expect(await codeOf(start(path).read(uri('a')))).toBe('PROVIDER_UNAVAILABLE');
      expect(await codeOf(set(start(path), 'a', 'k', 'v'))).toBe('PROVIDER_UNAVAILABLE');
      expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    });
  });

  describe('a write that fails', () => {
    it('loses nothing where the new file cannot be made', async () => {
      const provider = start(path);
      await set(provider, 'a', 'k', 'v');
      mkdirSync(`${path}.tmp`);
      const detail = await detailOf(set(provider, 'a', 'k', 'new'));
      expect(detail).toMatch(/^The YAML file cannot be written \([A-Z_]+\)\.$/);
      expect(await read(provider, 'a')).toEqual({ k: 'v' });
      rmSync(`${path}.tmp`, { recursive: true });
      await set(provider, 'a', 'k', 'new');
      expect(await read(start(path), 'a')).toEqual({ k: 'new' });
    });

    it('says so where another process keeps the lock', async () => {
      const provider = start(path);
      const release = await new FileLock(`${path}.lock`).acquire(1_000);
      const waiting = set(provider, 'a', 'k', 'v');
      expect(await codeOf(waiting)).toBe('PROVIDER_UNAVAILABLE');
      const next = set(provider, 'a', 'k', 'v');
      release?.();
      expect(await next).toMatchObject({ created: true });
    });

    it('says so where the lock cannot be made', async () => {
      mkdirSync(`${path}.lock`);
      expect(await codeOf(set(start(path), 'a', 'k', 'v'))).toBe('PROVIDER_UNAVAILABLE');
    });

    it('refuses what would make the file too large, and only that', async () => {
      const provider = new YamlProvider(new YamlFile(path, 1_000), { writable: true });
      const settled = await Promise.allSettled([
        set(provider, 'a', 'k', 'v'),
        set(provider, 'b', 'k', 'x'.repeat(2_000)),
        set(provider, 'c', 'k', 'v'),
      ]);
      expect(
        settled.map((one) => (one.status === 'rejected' ? (one.reason as SecretError).code : '')),
      ).toEqual(['', 'BODY_TOO_LARGE', '']);
      expect(readFileSync(path, 'utf8')).toBe('secret/a:\n  k: v\nsecret/c:\n  k: v\n');
    });

    it('refuses what is too deep to be read back', async () => {
      const deep = JSON.parse(`${'{"a":'.repeat(150)}1${'}'.repeat(150)}`) as Record<string, never>;
      const change = { kind: 'replace', values: new Sealed(deep), mustExist: false } as const;
      const writing = start(path).change(uri('a'), change, { subject: undefined });
      expect(await codeOf(writing)).toBe('VALUE_TOO_COMPLEX');
      expect(readdirSync(folder)).toEqual(['secrets.yaml.lock']);
    });
  });

  describe('a store that may not be written', () => {
    it('refuses every change and answers reads', async () => {
      await set(start(path), 'a', 'k', 'v');
      const provider = start(path, false);
      expect(await codeOf(set(provider, 'a', 'k', 'w'))).toBe('PROVIDER_READ_ONLY');
      expect(await codeOf(provider.remove(uri('a'), {}))).toBe('PROVIDER_READ_ONLY');
      expect(await codeOf(provider.destroy(uri('none'), {}))).toBe('PROVIDER_READ_ONLY');
      expect(await read(provider, 'a')).toEqual({ k: 'v' });
      expect(await provider.checkHealth()).toEqual({ usable: true, state: 'readable' });
    });

    it('makes no file', async () => {
      const provider = start(join(folder, 'none', 'secrets.yaml'), false);
      expect(await provider.checkHealth()).toMatchObject({ usable: true });
      expect(await codeOf(provider.read(uri('a')))).toBe('SECRET_NOT_FOUND');
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('leaves names out of listings that no address can spell, and counts them', async () => {
    const names = [
      'secret/good',
      'secret/with space',
      'secret/%41',
      'secret/a%2fb',
      'secret//double',
      'secret/../up',
      'secret/trailing/',
      'secret/q?version=1',
      'secret/f#key',
      'secret/w*',
      'alone',
      'other/x',
    ];
    writeFileSync(path, names.map((name) => `${JSON.stringify(name)}: {k: v}\n`).join(''));
    const walk = new Walk(1, undefined);
    expect(await listAll(start(path), walk)).toEqual(['yaml://secret/good']);
    expect(walk.unspellableNames).toBe(9);
  });
});
