import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { RawPeer } from './raw-peer.js';

const VALUE = '/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fapp%2Fapi';
const GET = `GET ${VALUE} HTTP/1.1\r\nHost: x\r\n\r\n`;
const POST = 'POST /api/secrets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;
const BODY = JSON.stringify({ uri: 'yaml://secret/app/api', value: { token: 'x' } });
const CHUNKED_BODY = `${BODY.length.toString(16)}\r\n${BODY}\r\n`;
const withTransferEncoding = (coding: string): string =>
  `${POST}Transfer-Encoding:${coding}\r\n\r\n${CHUNKED_BODY}0\r\n\r\n`;
const withLength = (length: string): string => `${POST}Content-Length:${length}\r\n\r\n`;
const withHeader = (header: string): string => GET.replace('\r\n\r\n', `\r\n${header}\r\n\r\n`);
/** One byte more than the body takes. */
const LONG_BODY = `{"uri":"${'x'.repeat(1024 * 1024)}"}`;

type Case = readonly [name: string, bytes: string, statuses: readonly number[]];

/** Refused, and the connection ends: nothing behind it is read as a request. */
const REFUSED: readonly Case[] = [
  ['no Host', `GET ${VALUE} HTTP/1.1\r\n\r\n`, [400]],
  ['two Hosts', withHeader('Host: y'), [400]],
  ['two Hosts that are equal', withHeader('Host: x'), [400]],
  ['a Host that is none', GET.replace('Host: x', 'Host: x/y'), [400]],
  ['two types of content', `${POST}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`, [400]],
  ['a blank in front of a colon', GET.replace('Host: x', 'Host : x'), [400]],
  ['a header that is folded', withHeader('X: y\r\n z'), [400]],
  ['NUL in a header', withHeader('X: y\0z'), [400]],
  ['a bare carriage return', withHeader('X: y\rZ: z'), [400]],
  ['bare line feeds', GET.replaceAll('\r\n', '\n'), [400]],
  ['one bare line feed', withHeader('X: y\nZ: z'), [400]],
  ['a method in small letters', GET.replace('GET', 'get'), [400]],
  ['bytes of UTF-8 in its target', GET.replace('app', '\xc3\xa4pp'), [400]],
  ['HTTP/0.9 written out', GET.replace('HTTP/1.1', 'HTTP/0.9'), [400]],
  ['HTTP/1.2', GET.replace('HTTP/1.1', 'HTTP/1.2'), [400]],
  ['HTTP/2.0 in the form of HTTP/1.1', GET.replace('HTTP/1.1', 'HTTP/2.0'), [400]],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  ['the hello of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
  ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', [400]],
  ['a host in place of a path', 'GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n', [400]],
  ['two lengths', withLength(`2\r\nContent-Length: ${GET.length}`) + '{}', [400]],
  ['two lengths that are equal', withLength('2\r\nContent-Length: 2') + '{}', [400]],
  ['a list of lengths', withLength(' 2, 2') + '{}', [400]],
  ['a length with a sign', withLength(' +2') + '{}', [400]],
  ['a length below nothing', withLength(' -2') + '{}', [400]],
  ['a length in hexadecimal digits', withLength(' 0x2') + '{}', [400]],
  ['a length without a digit', withLength(''), [400]],
  ['a length of twenty digits', withLength(' 99999999999999999999') + '{}', [400]],
  [
    'length and chunks (CL.TE)',
    `${POST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    [400],
  ],
  [
    'chunks and length (TE.CL)',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n`,
    [400],
  ],
  ['identity', withTransferEncoding(' identity'), [400]],
  ['another coding', withTransferEncoding(' xchunked'), [400]],
  ['two codings', withTransferEncoding(' gzip, chunked'), [400]],
  ['chunked and then another', withTransferEncoding(' chunked, identity'), [400]],
  ['chunked twice', withTransferEncoding(' chunked\r\nTransfer-Encoding: chunked'), [400]],
  ['chunked with a parameter', withTransferEncoding(' chunked;q=1'), [400]],
  ['chunked in quotes', withTransferEncoding(' "chunked"'), [400]],
  ['chunked behind a vertical tab', withTransferEncoding(' \x0bchunked'), [400]],
  ['chunks in HTTP/1.0', CHUNKED.replace('HTTP/1.1', 'HTTP/1.0') + `${CHUNKED_BODY}0\r\n\r\n`, [400]],
  ['a chunk without a size', `${CHUNKED}zz\r\n`, [400]],
  ['a chunk with a size beyond numbers', `${CHUNKED}${'f'.repeat(17)}\r\n`, [400]],
  ['a chunk that is longer than its size', `${CHUNKED}2\r\n{}{}\r\n0\r\n\r\n`, [400]],
  ['a chunk that ends in a bare line feed', `${CHUNKED}2\n{}\n0\n\n`, [400]],
  ['chunk extensions without end', `${CHUNKED}2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, [400]],
  ['headers over 32 KiB', withHeader(`X: ${'x'.repeat(33_000)}`), [431]],
  ['a target over 32 KiB', GET.replace('api ', `${'x'.repeat(33_000)} `), [431]],
  ['over 200 headers', withHeader(Array.from({ length: 201 }, () => 'a: b').join('\r\n')), [431]],
  ['an announced body over 1 MiB', withLength(` ${LONG_BODY.length}`) + LONG_BODY, [413]],
  [
    'a body over 1 MiB in chunks',
    `${CHUNKED}${LONG_BODY.length.toString(16)}\r\n${LONG_BODY}\r\n0\r\n\r\n`,
    [413],
  ],
  [
    'a word that it waits for in vain',
    `${POST}Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n`,
    [413],
  ],
];

/** Answered, and the next request of the connection too. */
const TAKEN: readonly Case[] = [
  ['an absolute target', GET.replace('/api', 'http://x/api'), [200]],
  ['empty lines in front', `\r\n\r\n${GET}`, [200]],
  ['something unknown that is expected', withHeader('Expect: coffee'), [200]],
  [
    'a request in the body of a read',
    GET.replace('\r\n\r\n', `\r\nContent-Length: ${GET.length}\r\n\r\n${GET}`),
    [200],
  ],
  ['a request in a body', `${withLength(` ${GET.length}`)}${GET}`, [400]],
  ['a request in a chunk', `${CHUNKED}${GET.length.toString(16)}\r\n${GET}\r\n0\r\n\r\n`, [400]],
  ['Chunked with a capital letter', withTransferEncoding(' Chunked'), [200]],
  ['chunked between blanks', withTransferEncoding('\t chunked '), [200]],
  [
    'trailers that name headers',
    `${CHUNKED}${CHUNKED_BODY}0\r\nHost: y\r\nAuthorization: Bearer x\r\n\r\n`,
    [200],
  ],
  [
    'a word that it waits for',
    `${POST}Expect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
    [200],
  ],
  ['OPTIONS of everything', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', [404]],
];

/** Where a request ends and the next one begins is the same for everybody: one answer a request, and one record. */
describe('framing', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await createApp();
    await running.http.post('/api/secrets').send(JSON.parse(BODY)).expect(201);
  });
  afterAll(() => running.close());
  beforeEach(() => ((running.records as unknown[]).length = 0));

  const recorded = (statuses: readonly number[], bytes: string): number =>
    bytes.includes('/api/secrets') && !bytes.startsWith('OPTIONS') ? statuses.length : 0;

  it.each(REFUSED)('%s: one refusal, and the end of the connection', async (_name, bytes, statuses) => {
    const peer = await RawPeer.connect(running.url);
    peer.write(bytes + GET);
    await peer.closed;
    expect([peer.statuses(), peer.error]).toEqual([statuses, undefined]);
    const [answer] = peer.answers();
    expect(answer?.headers.get('content-type')).toBe('application/problem+json');
    expect(answer?.headers.get('connection')).toBe('close');
    const problem = JSON.parse(answer?.body ?? '') as Record<string, string>;
    expect(problem['correlation_id']).toBe(answer?.headers.get('x-correlation-id'));
    expect(running.records.map(({ code }) => code)).toEqual(
      recorded(statuses, bytes) ? [problem['code']] : [],
    );
  });

  it.each(TAKEN)('%s: one answer, and the next request has its own', async (_name, bytes, statuses) => {
    const peer = await RawPeer.connect(running.url);
    peer.write(bytes + GET);
    await peer.waitFor(2);
    peer.write(GET.replace('Host: x', 'Host: x\r\nConnection: close'));
    await peer.closed;
    expect(peer.statuses()).toEqual([...statuses, 200, 200]);
    expect(running.records).toHaveLength(2 + recorded(statuses, bytes));
  });

  // Of what stands behind such a request in one segment Node leaves out everything: it may be another protocol.
  it.each(['h2c', 'websocket', 'TLS/1.2'])(
    'an upgrade to %s is not made, and the request answered',
    async (name) => {
      const peer = await RawPeer.connect(running.url);
      const upgrade = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${name}\r\nHTTP2-Settings: AAM`;
      peer.write(withHeader(upgrade));
      await peer.waitFor(1);
      peer.write(GET);
      await peer.waitFor(2);
      peer.destroy();
      expect(peer.statuses()).toEqual([200, 200]);
    },
  );

  it('answers what came before a refusal first', async () => {
    for (const bytes of ['\0', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', GET.replace('Host: x', '')]) {
      const peer = await RawPeer.connect(running.url);
      peer.write(GET + GET + bytes);
      await peer.closed;
      expect(peer.statuses()).toEqual([200, 200, 400]);
    }
  });

  it('answers nothing behind the request that announced the end', async () => {
    const peer = await RawPeer.connect(running.url);
    peer.write(GET.replace('Host: x', 'Host: x\r\nConnection: close') + GET);
    await peer.closed;
    expect([peer.statuses(), running.records.length]).toEqual([[200], 1]);
  });

  it('answers a thousand pipelined requests one by one, each of them once', async () => {
    const peer = await RawPeer.connect(running.url);
    peer.write(GET.repeat(1000));
    await peer.waitFor(1000);
    peer.destroy();
    expect(peer.statuses()).toEqual(Array.from({ length: 1000 }, () => 200));
    expect(running.records).toHaveLength(1000);
  });

  it('lets a pipelined read see the write in front of it', async () => {
    const peer = await RawPeer.connect(running.url);
    for (let count = 1; count <= 20; count += 1) {
      const body = JSON.stringify({ uri: 'yaml://secret/app/api', value: { count } });
      peer.write(`${POST}Content-Length: ${body.length}\r\n\r\n${body}${GET}`);
    }
    const answers = await peer.waitFor(40);
    peer.destroy();
    const read = answers.filter((_answer, index) => index % 2 === 1).map(({ body }) => body);
    expect(read).toEqual(Array.from({ length: 20 }, (_none, index) => `{"count":${index + 1}}`));
  });

  it.each([GET, `${POST}Content-Length: ${BODY.length}\r\n\r\n${BODY}`, GET.repeat(5)])(
    'answers a peer that has closed its own side',
    async (bytes) => {
      const peer = await RawPeer.connect(running.url);
      peer.socket.end(bytes, 'latin1');
      await peer.closed;
      expect(peer.statuses().filter((status) => status === 200)).toHaveLength(
        bytes === GET.repeat(5) ? 5 : 1,
      );
    },
  );

  it('refuses a body that breaks off, once', async () => {
    const peer = await RawPeer.connect(running.url);
    peer.socket.end(`${POST}Content-Length: 100\r\n\r\n{`, 'latin1');
    await peer.closed;
    expect([peer.statuses(), running.records.length]).toEqual([[400], 1]);
  });
});
