import { existsSync, readFileSync } from 'node:fs';
import { parseJson } from '../../src/secrets/json.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const DATA = new URL('../../../shared/data/naughty-strings.base64.json', import.meta.url);

function readStrings(): string[] {
  const encoded = JSON.parse(readFileSync(DATA, 'utf8')) as string[];
  return encoded.map((text) => Buffer.from(text, 'base64').toString('utf8'));
}

/** Strings that break software, in every parameter and field: never a 5xx, never another shape. */
const suite = existsSync(DATA) ? describeNaughtyStrings : describeLeftOut;
describe('naughty strings', suite);

function describeLeftOut(): void {
  it('is left out: ../shared/data is not beside the project', () => {
    expect(existsSync(DATA)).toBe(false);
  });
}

function describeNaughtyStrings(): void {
  const strings = readStrings();
  const rejections: unknown[] = [];
  const noteRejection = (reason: unknown): void => void rejections.push(reason);
  let running: RunningApp;

  beforeAll(async () => {
    process.on('unhandledRejection', noteRejection);
    running = await createApp();
    await write({ uri: 'yaml://secret/naughty/base', value: { a: 1 } });
  });
  afterAll(async () => {
    process.off('unhandledRejection', noteRejection);
    await running.close();
  });

  const call = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${running.url}/api/secrets${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
  const write = (body: unknown): Promise<Response> => call('POST', '', body);
  const encode = encodeURIComponent;
  const base = encode('yaml://secret/naughty/base');

  async function expectManners(answer: Response): Promise<void> {
    const type = answer.headers.get('content-type');
    const text = await answer.text();
    expect([200, 201, 400, 404, 409, 501]).toContain(answer.status);
    expect(type).toMatch(answer.ok ? /^application\/json/ : /^application\/problem\+json$/);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  }

  const PARAMETERS: [string, (text: string) => Promise<Response>][] = [
    ['uri of a read', (text) => call('GET', `/value?uri=${encode(text)}`)],
    ['uri of the YAML read', (text) => call('GET', `?uri=${encode(text)}`)],
    ['path of a read', (text) => call('GET', `/value?uri=${encode(`yaml://secret/${text}`)}`)],
    [
      'encoded path of a read',
      (text) => call('GET', `/value?uri=${encode(`yaml://secret/${encode(text)}`)}`),
    ],
    ['fragment in the address', (text) => call('GET', `/value?uri=${base}${encode(`#${encode(text)}`)}`)],
    ['fragment parameter', (text) => call('GET', `/value?uri=${base}&fragment=${encode(text)}`)],
    ['version parameter', (text) => call('GET', `/value?uri=${base}&version=${encode(text)}`)],
    ['unknown parameter', (text) => call('GET', `/value?uri=${base}&${encode(text)}=1`)],
    ['raw query', (text) => call('GET', `/value?uri=${text.replaceAll('#', '')}`)],
    ['prefix', (text) => call('GET', `/metadata?prefix=${encode(text)}`)],
    ['folder of a prefix', (text) => call('GET', `/metadata?prefix=${encode(`yaml://secret/${text}/`)}`)],
    ['limit', (text) => call('GET', `/metadata?prefix=${encode('yaml://secret/')}&limit=${encode(text)}`)],
    ['offset', (text) => call('GET', `/metadata?prefix=${encode('yaml://secret/')}&offset=${encode(text)}`)],
    ['cursor', (text) => call('GET', `/metadata?prefix=${encode('yaml://secret/')}&cursor=${encode(text)}`)],
    ['uri of the keys', (text) => call('GET', `/keys?uri=${encode(text)}`)],
    ['uri of the detail', (text) => call('GET', `/metadata/detail?uri=${encode(text)}`)],
    ['uri of the versions', (text) => call('GET', `/versions?uri=${encode(text)}`)],
    ['uri of a delete', (text) => call('DELETE', `?uri=${encode(text)}`)],
    ['destroy', (text) => call('DELETE', `?uri=${base}&destroy=${encode(text)}`)],
  ];

  const FIELDS: [string, (text: string) => Promise<Response>][] = [
    ['uri of a write', (text) => write({ uri: text, value: { a: 1 } })],
    ['path of a write', (text) => write({ uri: `yaml://secret/naughty/${encode(text)}`, value: { a: 1 } })],
    ['fragment of a write', (text) => write({ uri: `yaml://secret/naughty/keys#${encode(text)}`, value: 1 })],
    ['unknown field', (text) => write({ uri: 'yaml://secret/naughty/x', value: { a: 1 }, [text]: 1 })],
    ['uri of a rotation', (text) => call('POST', '/rotate', { uri: text, value: { a: 1 } })],
    [
      'createIfMissing',
      (text) => call('POST', '/rotate', { uri: 'yaml://secret/n', value: {}, createIfMissing: text }),
    ],
    ['uri of an undelete', (text) => call('POST', '/undelete', { uri: text, versions: [1] })],
    [
      'versions',
      (text) => call('POST', '/destroy-versions', { uri: 'openbao+kv2://secret/n', versions: [text] }),
    ],
    ['uri of an owner', (text) => call('POST', '/metadata/owner', { uri: text, owner: 'team' })],
    ['owner', (text) => call('POST', '/metadata/owner', { uri: 'openbao+kv2://secret/n', owner: text })],
  ];

  it.each([...PARAMETERS, ...FIELDS])('%s', async (_name, send) => {
    for (const text of strings) await expectManners(await send(text));
    expect(rejections).toEqual([]);
  });

  it('come back as they were written, as values and as keys', async () => {
    for (const [index, text] of strings.entries()) {
      const uri = `yaml://secret/naughty/value-${index}`;
      const answer = await write({ uri, value: { [text]: text } });
      expect(answer.status).toBe(201);
      const read = await call('GET', `/value?uri=${encode(uri)}`);
      // Not by JSON.parse, which mixes up escaped keys (see src/secrets/json.ts).
      expect(Object.entries(parseJson(await read.text()) as object)).toEqual([[text, text]]);
    }
  });
}
