import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { OtlpReceiver } from '../support/otlp-receiver/otlp-receiver.js';
import type { ReceivedSpan } from '../support/otlp-receiver/otlp-receiver.js';
import { ScriptedPdp } from '../support/scripted-pdp/scripted-pdp.js';
import { buildService, startService } from '../support/service-process.js';

const CANARY = 'CANARY7f3a';
const URI = `openbao+kv2://secret/${CANARY}path/db#${CANARY}key`;

const makeParent = (flags = '01') => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
};
const childrenOf = (parent: ReceivedSpan | undefined, spans: readonly ReceivedSpan[]) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);

describe('traces', () => {
  let store: Kv2Server;
  let pdp: ScriptedPdp;
  let collector: OtlpReceiver;
  let running: RunningApp;

  beforeAll(async () => {
    [store, pdp, collector] = await Promise.all([
      startKv2Server(),
      ScriptedPdp.start(),
      OtlpReceiver.start(),
    ]);
    running = await createApp({
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'authzen',
      PDP_URL: pdp.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=abc%20def',
      OTEL_SERVICE_NAME: 'secrets-of-tests',
      PROVIDER_MAX_CONCURRENCY: '1',
    });
    await running.http
      .post('/api/secrets')
      .send({ uri: URI, value: `${CANARY}value` })
      .expect(201);
  });
  afterAll(async () => {
    await running.close();
    await Promise.all([store.stop(), pdp.stop(), collector.stop()]);
  });

  const read = (uri = URI, headers: Readonly<Record<string, string>> = {}) =>
    running.http.get('/api/secrets/value').query({ uri }).set(headers);
  /** One request, with its spans and its record. */
  const traceOf = async (request: ReturnType<typeof read>) => {
    const { traceId, spanId, traceparent } = makeParent();
    const answer = await request.set('traceparent', traceparent);
    const spans = await collector.traceOf(traceId);
    const server = spans.find(({ kind }) => kind === 'server');
    return { answer, spans, server, spanId, traceId, record: running.records.at(-1) };
  };

  it('begin with the request, as a child of the caller', async () => {
    const { server, spanId, record, answer, traceId } = await traceOf(read());
    expect(server).toMatchObject({
      name: 'GET /api/secrets/value',
      parentSpanId: spanId,
      isError: false,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/secrets/value',
        'url.path': '/api/secrets/value',
        'url.scheme': 'http',
        'http.response.status_code': 200,
        'secrets.operation': 'readSecretValue',
        'secrets.provider': 'openbao+kv2',
        'secrets.resource_ref': record?.resource_ref,
        'secrets.decision_id': record?.decision_id,
        'secrets.correlation_id': answer.headers['x-correlation-id'],
      },
      resource: { 'service.name': 'secrets-of-tests', 'service.version': expect.any(String) },
    });
    expect(record?.trace_id).toBe(traceId);
    expect(server?.attributes['secrets.resource_ref']).toEqual(expect.any(String));
  });

  it('have the decision and each call to a store under it', async () => {
    const { server, spans } = await traceOf(read());
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    const children = childrenOf(server, spans);
    expect(children.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
      'client read openbao+kv2',
      'client readFacts openbao+kv2',
      'internal decide authzen',
    ]);
    for (const child of children) {
      expect(childrenOf(child, spans)).toMatchObject([
        {
          kind: 'client',
          attributes: {
            'http.request.method': expect.stringMatching(/^(?:GET|POST)$/),
            'http.response.status_code': 200,
            'server.address': '127.0.0.1',
            'server.port': expect.any(Number),
          },
        },
      ]);
      expect(child.durationNs).toBeGreaterThan(0n);
    }
  });

  it('go on in the store and in the decision point', async () => {
    store.clearCalls();
    const pdpCalls = pdp.calls.length;
    const { traceId, traceparent } = makeParent();
    await read(URI, { traceparent, tracestate: 'vendor=1,other=2' });
    const spans = await collector.traceOf(traceId);
    const onTheWire = spans.filter(({ name }) => name === 'GET' || name === 'POST');
    const sent = [...store.calls, ...pdp.calls.slice(pdpCalls).map(({ headers }) => headers)];
    expect(sent.map((call) => call.traceparent).sort()).toEqual(
      onTheWire.map(({ spanId }) => `00-${traceId}-${spanId}-01`).sort(),
    );
    expect(new Set(sent.map((call) => call.tracestate))).toEqual(new Set(['vendor=1,other=2']));
    expect(sent).toHaveLength(3);
  });

  it('keep requests apart that wait for each other', async () => {
    store.clearCalls();
    const parents = Array.from({ length: 12 }, () => makeParent());
    await Promise.all(parents.map(({ traceparent }) => read(URI, { traceparent }).expect(200)));
    for (const { traceId } of parents) {
      const spans = await collector.traceOf(traceId);
      expect(spans).toHaveLength(7);
      const ids = spans.map(({ spanId }) => `00-${traceId}-${spanId}-01`);
      const sent = store.calls.filter(({ traceparent }) => traceparent?.includes(traceId) === true);
      expect(sent).toHaveLength(2);
      expect(sent.every(({ traceparent }) => ids.includes(traceparent ?? ''))).toBe(true);
    }
  });

  it('say why a request failed', async () => {
    store.inject({ kind: 'status', status: 500 }, { match: /\/data\// });
    const failed = await traceOf(read());
    expect(failed.answer.status).toBe(502);
    expect(failed.server).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'PROVIDER_ERROR', 'secrets.error_code': 'PROVIDER_ERROR' },
    });
  });

  it('do not call a refusal an error', async () => {
    const { answer, server } = await traceOf(read('openbao+kv2://secret/none'));
    expect(answer.status).toBe(404);
    expect(server).toMatchObject({
      isError: false,
      attributes: { 'http.response.status_code': 404, 'secrets.error_code': 'SECRET_NOT_FOUND' },
    });
    expect(server?.attributes).not.toHaveProperty('error.type');
  });

  it('have an id of their own without a caller that names one, the same everywhere', async () => {
    store.clearCalls();
    await read().expect(200);
    const traceId = running.records.at(-1)?.trace_id ?? '';
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    expect(store.calls.every(({ traceparent }) => traceparent?.slice(3, 35) === traceId)).toBe(true);
    const [server] = (await collector.traceOf(traceId)).filter(({ kind }) => kind === 'server');
    expect(server?.parentSpanId).toBe('');
  });

  it.each([
    ['no text of that form', 'traceparent'],
    ['no ids', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['capital letters', makeParent().traceparent.toUpperCase().replace('00-', '0A-')],
    ['version ff', makeParent().traceparent.replace(/^00/, 'ff')],
    ['more than version 00 has', `${makeParent().traceparent}-extra`],
    ['two of them', `${makeParent().traceparent}, ${makeParent().traceparent}`],
  ])('begin anew where the caller sends %s', async (_, traceparent) => {
    await read(URI, { traceparent }).expect(200);
    const traceId = running.records.at(-1)?.trace_id ?? '';
    const [server] = (await collector.traceOf(traceId)).filter(({ kind }) => kind === 'server');
    expect(traceparent).not.toContain(traceId);
    expect(server?.parentSpanId).toBe('');
  });

  it('take what a later version adds', async () => {
    const { traceId, traceparent } = makeParent();
    await read(URI, { traceparent: `${traceparent.replace(/^00/, 'cc')}-what-comes` }).expect(200);
    expect(running.records.at(-1)?.trace_id).toBe(traceId);
  });

  it('are left out where the caller leaves its own out', async () => {
    store.clearCalls();
    const { traceId, traceparent } = makeParent('00');
    await read(URI, { traceparent }).expect(200);
    expect(running.records.at(-1)?.trace_id).toBe(traceId);
    expect(store.calls.map((call) => call.traceparent?.slice(0, 36))).toEqual(
      store.calls.map(() => `00-${traceId}-`),
    );
    expect(store.calls.every((call) => call.traceparent?.endsWith('-00') === true)).toBe(true);
    const { traceId: later } = await traceOf(read());
    expect(later).not.toBe(traceId);
    expect(collector.spans.some((span) => span.traceId === traceId)).toBe(false);
  });

  it('name no path that is not a route, and no probe', async () => {
    const { traceId, traceparent } = makeParent();
    const probe = makeParent();
    await running.http.get('/health/live').set('traceparent', probe.traceparent).expect(200);
    await running.http.get(`/${CANARY}`).set('traceparent', traceparent).expect(404);
    const [server] = await collector.traceOf(traceId);
    expect(server?.name).toBe('GET');
    expect(server?.attributes).not.toHaveProperty('url.path');
    expect(collector.spans.some((span) => span.traceId === probe.traceId)).toBe(false);
  });

  it('show their collector what it asks for', () => {
    const [call] = collector.calls;
    expect(call?.path).toBe('/v1/traces');
    expect(call?.headers['x-collector-key']).toBe('abc def');
  });

  it('hold no address, key or value', () => {
    expect(collector.spans.length).toBeGreaterThan(50);
    expect(collector.text).not.toContain(CANARY);
    expect(collector.text).not.toContain(store.rootToken);
  });

  it('are counted', async () => {
    const { text } = await running.http.get('/metrics');
    const exported = Number(/^secrets_trace_spans_total\{outcome="exported"\} (\d+)$/m.exec(text)?.[1]);
    expect(exported).toBeGreaterThan(0);
    expect(exported).toBeLessThanOrEqual(collector.spans.length);
  });
});

describe('a collector', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-traces-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['is away', undefined],
    ['never answers', () => undefined],
    ['answers with errors', (response: ServerResponse) => response.writeHead(500).end()],
  ] as const)(
    'that %s fails no request, and is counted and told',
    async (_, lie) => {
      const collector = await OtlpReceiver.start();
      const endpoint = collector.url;
      if (lie === undefined) await collector.stop();
      else collector.lie = lie;
      const running = await createApp({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
      try {
        const statuses = new Set<number>();
        for (let batch = 0; batch < 10; batch += 1) {
          const answers = await Promise.all(
            Array.from({ length: 100 }, () =>
              running.http.get('/api/secrets/value').query({ uri: 'yaml://secret/none' }),
            ),
          );
          for (const { status } of answers) statuses.add(status);
        }
        expect(statuses).toEqual(new Set([404]));
        const lost = async (): Promise<number> => {
          const { text } = await running.http.get('/metrics');
          return [
            ...text.matchAll(/^secrets_trace_spans_total\{outcome="(?:failed|dropped)"\} (\d+)$/gm),
          ].reduce((sum, [, count]) => sum + Number(count), 0);
        };
        const end = Date.now() + 20_000;
        while ((await lost()) === 0 && Date.now() < end);
        expect(await lost()).toBeGreaterThan(0);
      } finally {
        await running.close();
        if (lie !== undefined) await collector.stop();
      }
    },
    90_000,
  );

  it('that never answers does not hold the end of the process', async () => {
    buildService();
    const collector = await OtlpReceiver.start();
    collector.lie = () => undefined;
    const service = await startService({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      YAML_VAULT_PATH: join(folder, 'a.yaml'),
    });
    await fetch(`${service.url}/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fnone`);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    await collector.stop();
  }, 60_000);

  it('gets what was left when the process ends', async () => {
    const collector = await OtlpReceiver.start();
    const service = await startService({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      YAML_VAULT_PATH: join(folder, 'b.yaml'),
    });
    await fetch(`${service.url}/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fnone`);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(collector.spans.map(({ name }) => name).sort()).toEqual([
      'GET /api/secrets/value',
      'decide none',
      'read yaml',
    ]);
    await collector.stop();
  }, 60_000);

  /** The scripts that a process has loaded, as V8 names them. */
  const scriptsOf = async (
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> => {
    const coverage = join(folder, name);
    const service = await startService({
      ...env,
      NODE_V8_COVERAGE: coverage,
      YAML_VAULT_PATH: join(folder, `${name}.yaml`),
    });
    await fetch(`${service.url}/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fnone`);
    service.kill('SIGTERM');
    await service.exited;
    return readdirSync(coverage).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
        result: { url: string }[];
      };
      return result.map(({ url }) => url);
    });
  };

  it('that is not there costs not even the libraries', async () => {
    // The Prometheus client brings the interfaces (`api`) with it; what does the work is ours to leave out.
    const librariesIn = (scripts: readonly string[]) =>
      scripts.filter((url) => /\/node_modules\/@opentelemetry\/(?!api\/)/.test(url));
    const without = await scriptsOf('off', { OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    expect(without.some((url) => url.endsWith('/dist/observability/tracing.js'))).toBe(true);
    expect(librariesIn(without)).toEqual([]);
    const withOne = await scriptsOf('on', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    expect(librariesIn(withOne)).not.toEqual([]);
  }, 60_000);
});

describe('without a collector', () => {
  it('the context of the caller is passed on as it came, and nothing is made up', async () => {
    const store = await startKv2Server();
    const running = await createApp({ OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken });
    const uri = 'openbao+kv2://secret/app/api';
    await running.http
      .post('/api/secrets')
      .send({ uri, value: { k: 1 } })
      .expect(201);
    expect(store.calls.every(({ traceparent }) => traceparent === undefined)).toBe(true);
    expect(running.records.at(-1)?.trace_id).toBeNull();
    store.clearCalls();
    const { traceparent, traceId } = makeParent();
    await running.http
      .get('/api/secrets/value')
      .query({ uri })
      .set({ traceparent, tracestate: 'a=b' })
      .expect(200);
    expect(store.calls.map((call) => [call.traceparent, call.tracestate])).toEqual([[traceparent, 'a=b']]);
    expect(running.records.at(-1)?.trace_id).toBe(traceId);
    await running.close();
    await store.stop();
  });
});
