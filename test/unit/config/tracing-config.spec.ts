import { configProblems } from '../../support/config-problems.js';
import { testConfig } from '../../support/config.js';

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

describe('traces', () => {
  it('go nowhere where nothing is said', () => {
    expect(testConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_SERVICE_NAME: 'x' }).tracing).toBeUndefined();
  });

  it('go to a collector with the defaults of OpenTelemetry', () => {
    const { tracing } = testConfig(COLLECTOR);
    expect(tracing).toMatchObject({
      endpoint: 'http://collector:4318',
      serviceName: 'secrets-api',
      sampler: 'parentbased_always_on',
      ratio: 1,
    });
    expect(tracing?.headers.open()).toEqual({});
  });

  it('carry the header fields that are set', () => {
    const { tracing } = testConfig({
      ...COLLECTOR,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20a%3Db, x-team = platform,x-key=a=b',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(tracing?.headers.open()).toEqual({
      authorization: 'Bearer a=b',
      'x-team': 'platform',
      'x-key': 'a=b',
    });
    expect(tracing).toMatchObject({ sampler: 'traceidratio', ratio: 0.25 });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:pass@collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no pair'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b%0d%0aX: y'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '1e-1'],
  ])('do not start with %s=%s', (name, text) => {
    const problems = configProblems({ ...COLLECTOR, [name]: text });
    expect(problems).toEqual([expect.stringContaining(`${name} `)]);
    if (name.endsWith('HEADERS')) expect(problems[0]).not.toContain(text);
  });
});
