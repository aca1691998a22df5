import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TrailKeeper } from '../../../src/audit/file/trail-keeper.js';
import { verifyTrail } from '../../../src/audit/verify/verify-trail.js';
import { LoggedLines, auditFolder, auditRecord, trailKeeper } from './audit-records.js';

describe('the audit file', () => {
  let path: string;
  let logged: LoggedLines;
  const open: TrailKeeper[] = [];
  beforeEach(() => {
    path = join(auditFolder(), 'audit.jsonl');
    logged = new LoggedLines();
  });
  afterEach(async () => {
    for (const keeper of open.splice(0)) await keeper.close();
    rmSync(dirname(path), { recursive: true, force: true });
  });

  async function start(settings: Parameters<typeof trailKeeper>[1] = {}): Promise<TrailKeeper> {
    const keeper = trailKeeper(path, { log: logged.log, ...settings });
    open.push(keeper);
    await keeper.open();
    return keeper;
  }
  async function write(count: number): Promise<void> {
    const keeper = await start();
    for (let record = 0; record < count; record += 1) await keeper.append([auditRecord()]);
    await keeper.close();
  }
  const linesOf = (file = path): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const filesBeside = (): string[] => readdirSync(dirname(path)).filter((name) => !name.endsWith('.lock'));

  it('binds each line to the bytes of the one before it, from 64 zeros on', async () => {
    await write(3);
    const lines = linesOf();
    const links = lines.map((line) => JSON.parse(line) as { seq: number; prev_hash: string });
    expect(links.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(links[0]?.prev_hash).toBe(`sha256:${'0'.repeat(64)}`);
    for (const [index, line] of lines.slice(0, -1).entries()) {
      expect(links[index + 1]?.prev_hash).toBe(`sha256:${createHash('sha256').update(line).digest('hex')}`);
    }
  });

  it('writes a group in order, and is of its owner only', async () => {
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    const keeper = await start();
    await keeper.append(
      Array.from({ length: 50 }, (_, index) => auditRecord({ correlation_id: `c-${index}` })),
    );
    expect(linesOf().map((line) => (JSON.parse(line) as { correlation_id: string }).correlation_id)).toEqual(
      Array.from({ length: 50 }, (_, index) => `c-${index}`),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('goes on with the chain after a restart', async () => {
    await write(2);
    await write(2);
    expect(await verifyTrail([path])).toMatchObject({ fault: undefined, lines: 4 });
  });

  it.each([
    ['half a line', (line: string) => line.slice(0, 100)],
    ['a line without its end', (line: string) => line],
    ['zeros', () => '\0'.repeat(300)],
    ['a whole line that is none', () => 'not a record\n{"seq":1}\n'],
  ])('puts %s aside that a crash left, and says so', async (_what, tornOf) => {
    await write(2);
    const torn = tornOf(linesOf()[1] ?? '');
    appendFileSync(path, torn);
    await write(1);
    expect(await verifyTrail([path])).toMatchObject({ fault: undefined, lines: 3 });
    const [aside = ''] = filesBeside().filter((name) => name.includes('.torn-'));
    expect(readFileSync(join(dirname(path), aside), 'utf8')).toBe(torn);
    expect(statSync(join(dirname(path), aside)).mode & 0o777).toBe(0o600);
    expect(logged.lines).toEqual([expect.stringContaining(`${torn.length} bytes were put aside as`)]);
  });

  it('puts the torn first line of a trail aside', async () => {
    writeFileSync(path, '{"seq":1,"prev_h');
    await write(1);
    expect(await verifyTrail([path])).toMatchObject({ fault: undefined, lines: 1 });
    expect(filesBeside()).toHaveLength(2);
  });

  it('is not a file that holds something else', async () => {
    writeFileSync(path, 'a: 1\nb: 2\n');
    await expect(start()).rejects.toThrow('none of an audit trail');
    expect(readFileSync(path, 'utf8')).toBe('a: 1\nb: 2\n');
  });

  it('is written by one process at a time', async () => {
    await start();
    const second = trailKeeper(path);
    await expect(second.open()).rejects.toThrow('another process writes it');
    expect(second.isTaken).toBe(true);
  });

  it('is put aside by its size under the number of its last line, and the chain goes on', async () => {
    const keeper = await start({ fileMaxBytes: 2_000 });
    for (let record = 0; record < 20; record += 1) await keeper.append([auditRecord()]);
    const files = filesBeside();
    expect(files.length).toBeGreaterThan(3);
    const named = files.filter((name) => /^audit\.jsonl\.\d{12}$/.test(name)).sort();
    for (const name of named) {
      const last = JSON.parse(linesOf(join(dirname(path), name)).at(-1) ?? '') as { seq: number };
      expect(Number(name.slice(-12))).toBe(last.seq);
    }
    const all = files.map((name) => join(dirname(path), name));
    expect(await verifyTrail(all)).toMatchObject({ fault: undefined, lines: 20 });
  });

  it('begins a new file where the chain stood, also after a restart right behind the rotation', async () => {
    const keeper = await start({ fileMaxBytes: 1 });
    await keeper.append([auditRecord()]);
    await keeper.close();
    expect(existsSync(path)).toBe(false);
    await write(1);
    const aside = `${path}.000000000001`;
    expect(await verifyTrail([path, aside])).toMatchObject({ fault: undefined, lines: 2 });
  });

  it('can be moved from outside: records go into the moved file until it is asked to open anew', async () => {
    const keeper = await start();
    await keeper.append([auditRecord()]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, '', { mode: 0o600 });
    await keeper.append([auditRecord()]);
    expect(linesOf(`${path}.1`)).toHaveLength(2);
    keeper.askToReopen();
    await keeper.append([auditRecord()]);
    expect(linesOf()).toHaveLength(1);
    expect(await verifyTrail([path, `${path}.1`])).toMatchObject({ fault: undefined, lines: 3 });
  });

  it('takes no record once it was deleted, and begins again where the chain stood', async () => {
    const keeper = await start();
    await keeper.append([auditRecord()]);
    rmSync(path);
    await expect(keeper.append([auditRecord()])).rejects.toThrow('the file was deleted');
    await keeper.closeFile();
    await keeper.open();
    await keeper.append([auditRecord()]);
    const [line = ''] = linesOf();
    expect(JSON.parse(line)).toMatchObject({ seq: 2 });
  });

  it.each([
    ['has grown', () => appendFileSync(path, 'x')],
    ['was cut', () => truncateSync(path, 10)],
  ])('takes no record once it %s by others', async (_what, change) => {
    const keeper = await start();
    await keeper.append([auditRecord()]);
    change();
    await expect(keeper.append([auditRecord()])).rejects.toThrow('changed by others');
  });

  it('is not gone on with where it does not end where the chain stands', async () => {
    const keeper = await start();
    await keeper.append([auditRecord()]);
    const older = readFileSync(path);
    await keeper.append([auditRecord()]);
    await keeper.closeFile();
    writeFileSync(path, older);
    await expect(keeper.open()).rejects.toThrow('does not end where the chain stands');
  });

  it('goes on when the folder is back, however often it was looked for', async () => {
    const keeper = await start();
    await keeper.append([auditRecord()]);
    await keeper.closeFile();
    const away = `${dirname(path)}-away`;
    renameSync(dirname(path), away);
    for (let tries = 0; tries < 3; tries += 1) await expect(keeper.open()).rejects.toThrow('unable to open');
    renameSync(away, dirname(path));
    await keeper.open();
    await keeper.append([auditRecord()]);
    expect(await verifyTrail([path])).toMatchObject({ fault: undefined, lines: 2 });
  });

  it('keeps each record as the data of a CloudEvent where that is asked for', async () => {
    const keeper = await start({ format: 'cloudevents' });
    const record = auditRecord();
    await keeper.append([record, auditRecord({ resource_ref: null })]);
    const [event] = linesOf().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(event).toMatchObject({
      specversion: '1.0',
      id: record.id,
      type: 'secrets-api.secret.read',
      source: 'urn:secrets-api:dev',
      subject: record.resource_ref,
      data: { seq: 1, ...record },
    });
    // CloudEvents 1.0.2, 3.1: lower-case letters and digits only.
    expect(Object.keys(event ?? {}).filter((name) => !/^[a-z0-9]+$/.test(name))).toEqual([]);
    await keeper.close();
    const again = await start({ format: 'cloudevents' });
    await again.append([auditRecord()]);
    expect(await verifyTrail([path])).toMatchObject({ fault: undefined, lines: 3 });
  });
});
