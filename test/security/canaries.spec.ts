import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OtlpReceiver } from '../support/otlp-receiver/otlp-receiver.js';
import { Canaries } from './canaries.js';
import { readFolder, readNames, readProcess, readProcessTable } from './leak-media.js';

/** A search that finds nothing shows something only if it would have found something. */
describe('the search for canaries', () => {
  const canaries = new Canaries();
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const hex = (text: string): string => Buffer.from(text).toString('hex');

  const WAYS: [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['in JSON', (text) => JSON.stringify({ a: text })],
    ['in capitals', (text) => text.toUpperCase()],
    ['in hexadecimal', (text) => `x${hex(text)}x`],
    ['in hexadecimal, in capitals', (text) => `0X${hex(text).toUpperCase()}`],
    ['in base64', base64],
    ['in base64 behind one byte', (text) => base64(`:${text}:`)],
    ['in base64 behind two bytes', (text) => base64(`a:${text}`)],
    ['in base64url', (text) => Buffer.from(`{"a":"${text}"}`).toString('base64url')],
    ['percent-encoded where it must be', (text) => encodeURIComponent(text)],
    ['percent-encoded in full', (text) => hex(text).replace(/../g, '%$&')],
    ['percent-encoded in full, in capitals', (text) => hex(text).toUpperCase().replace(/../g, '%$&')],
    ['in protobuf', (text) => Buffer.concat([Buffer.from([10, 16]), Buffer.from(text)]).toString('latin1')],
  ];

  it.each(WAYS)('finds one that stands there %s, or eight characters of it', (_way, show) => {
    const text = canaries.make('value');
    for (const shown of [text, text.slice(0, 8), text.slice(5, 13), text.slice(-8)])
      expect(canaries.find(`before ${show(shown)} behind`)).toEqual([text]);
  });

  it.each(WAYS.filter(([way]) => way !== 'in protobuf'))(
    'finds one with characters that change, %s',
    (_way, show) => {
      const text = canaries.makeAwkward('value');
      expect(canaries.find(`before ${show(text)} behind`)).toEqual([text]);
    },
  );

  it('finds parts of a token and of a number', () => {
    const token = `${'h'.repeat(20)}.${'Aa0-'.repeat(5)}.${'Zz9_'.repeat(5)}`;
    const [payload, signature] = canaries.watchToken(token).split('.').slice(1) as [string, string];
    expect(canaries.find(`x${payload.slice(3, 11)}x`)).toEqual([payload]);
    expect(canaries.find(base64(`:${signature.slice(4, 14)}`))).toEqual([signature]);
    expect(canaries.find(token.split('.')[0] ?? '')).toEqual([]);
    const number = canaries.makeNumber();
    expect(canaries.find(`{"n":${number.slice(2, 20)}}`)).toEqual([number]);
  });

  it('finds nothing else', () => {
    const text = canaries.make('value');
    for (const shown of [
      '',
      'leakvalue',
      text.slice(0, 7),
      [...text].reverse().join(''),
      hex(text.slice(0, 7)),
    ])
      expect(canaries.find(shown)).toEqual([]);
    expect(canaries.find(text, [text])).toEqual([]);
    expect(canaries.counts()).toMatchObject({ number: 1, token: 2 });
  });

  describe('in what it is made in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it('a file, its name and the name of a folder', () => {
      const [inside, name, folderName] = ['file', 'name', 'folder'].map((kind) => canaries.make(kind)) as [
        string,
        string,
        string,
      ];
      mkdirSync(join(folder, folderName));
      writeFileSync(join(folder, folderName, `audit-${name}.jsonl`), `{"seq":1,"x":"${inside}"}\n`);
      expect(canaries.find(readFolder(folder)).sort()).toEqual([inside, name, folderName].sort());
      expect(canaries.find(readNames(folder)).sort()).toEqual([name, folderName].sort());
    });

    it('the arguments of a process and a file that it holds open', async () => {
      const [argument, name] = [canaries.make('argument'), canaries.make('name')];
      const file = join(folder, name);
      const script = `require('fs').openSync(${JSON.stringify(file)}, 'w'); console.log('open'); setInterval(() => {}, 1e6)`;
      const child = spawn(process.execPath, ['-e', 'eval(process.env.SCRIPT)', argument], {
        env: { SCRIPT: script },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      expect(canaries.find(readProcess(child.pid ?? 0)).sort()).toEqual([argument, name].sort());
      expect(canaries.find(readProcessTable())).toEqual([argument]);
      child.kill('SIGKILL');
      await once(child, 'exit');
    });

    it('what a collector of traces was sent', async () => {
      const collector = await OtlpReceiver.start();
      const name = canaries.make('span');
      const nested = (bytes: Buffer, field: number): Buffer =>
        Buffer.concat([Buffer.from([(field << 3) | 2, bytes.length]), bytes]);
      const span = Buffer.concat([
        nested(Buffer.from(name), 5),
        Buffer.from([0x39, 1, 0, 0, 0, 0, 0, 0, 0, 0x41, 2, 0, 0, 0, 0, 0, 0, 0]),
      ]);
      const body = nested(nested(nested(span, 2), 2), 1);
      const answer = await fetch(`${collector.url}/v1/traces`, {
        method: 'POST',
        body: new Uint8Array(body),
      });
      expect(answer.status).toBe(200);
      expect(collector.spans).toMatchObject([{ name }]);
      expect(canaries.find(collector.text)).toEqual([name]);
      await collector.stop();
    });
  });
});
