import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type {
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  ResponseObject,
  SchemaObject,
} from '@nestjs/swagger';
import { ERROR_CATALOGUE } from '../../src/secrets/secret.errors.js';
import type { ErrorCode } from '../../src/secrets/secret.errors.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = join(ROOT, 'docs/openapi.json');
const document = JSON.parse(readFileSync(FILE, 'utf8')) as OpenAPIObject;
const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'] as const;

/** Of the contract, section 2, as far as they are built; then the routes beside them. */
const OPERATION_IDS = [
  'writeSecret',
  'readSecret',
  'readSecretValue',
  'deleteSecret',
  'rotateSecret',
  'listMetadata',
  'searchSecrets',
  'copySecret',
  'moveSecret',
  'bulk',
  'listKeys',
  'getMetadata',
  'listVersions',
  'undeleteVersions',
  'destroyVersions',
  'updateOwner',
  'streamEvents',
  'listAudit',
  'checkLiveness',
  'checkReadiness',
  'readMetrics',
  'getOpenApiDocument',
];

interface Documented {
  readonly route: string;
  readonly operation: OperationObject;
}

const operations: readonly Documented[] = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ route: `${method.toUpperCase()} ${path}`, operation }];
  }),
);
const byId = operations.map(({ operation }) => [operation.operationId ?? '', operation] as const);

function parametersOf(operation: OperationObject): readonly ParameterObject[] {
  return (operation.parameters ?? []) as ParameterObject[];
}

function responsesOf(operation: OperationObject): readonly (readonly [string, ResponseObject])[] {
  return Object.entries(operation.responses) as [string, ResponseObject][];
}

/** Every schema inside the value with the place where it stands, references not followed. */
function schemasIn(value: unknown, place: string): readonly (readonly [string, SchemaObject])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, part]) =>
    name === 'example' || name === 'examples' ? [] : schemasIn(part, `${place}/${name}`),
  );
  return 'type' in value && typeof value.type === 'string'
    ? [[place, value as SchemaObject], ...inner]
    : inner;
}

function lint(file: string): number | null {
  const command = join(
    dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')),
    'bin/cli.js',
  );
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { status } = spawnSync(process.execPath, [command, 'lint', file], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return status;
}

describe('docs/openapi.json', () => {
  it('names the operations as the contract does', () => {
    expect(byId.map(([id]) => id).toSorted()).toEqual(OPERATION_IDS.toSorted());
  });

  it.each(byId)('has tag, summary and description of %s', (_id, { tags, summary, description }) => {
    expect(tags).toHaveLength(1);
    expect(document.tags?.map(({ name }) => name)).toContain(tags?.[0]);
    expect(summary).toMatch(/^[A-Z].{5,}/);
    expect(description).toMatch(/^[A-Z`].{5,}/s);
  });

  it.each(byId)('describes every parameter of %s and gives an example', (_id, operation) => {
    for (const { name, description, schema, examples } of parametersOf(operation)) {
      expect([name, description]).toEqual([name, expect.stringMatching(/.{10,}/)]);
      expect([name, examples ?? (schema as SchemaObject).example]).not.toEqual([name, undefined]);
    }
  });

  it.each(byId)('gives examples of every body and answer of %s', (_id, { requestBody, responses }) => {
    const bodies = [requestBody, ...Object.values(responses)].filter((body) => body !== undefined);
    for (const body of bodies) {
      const contents = 'content' in body ? Object.values(body.content ?? {}) : [];
      expect(contents).toHaveLength(1);
      expect(Object.keys(contents[0]?.examples ?? {})).not.toEqual([]);
    }
  });

  it.each(byId)('lists under each status of %s the codes of the catalogue that have it', (_id, operation) => {
    for (const [status, { description, content }] of responsesOf(operation)) {
      const problem = content?.['application/problem+json'];
      if (problem === undefined) continue;
      const codes = Object.keys(problem.examples ?? {}) as ErrorCode[];
      expect(problem.schema).toEqual({ $ref: '#/components/schemas/Problem' });
      expect(description.match(/(?<=^- `)\w+/gm)).toEqual(codes);
      expect(codes.map((code) => ERROR_CATALOGUE[code].status)).toEqual(codes.map(() => Number(status)));
    }
  });

  it.each(byId)(
    'says for %s what comes when the credential, the body or the service is at fault',
    (id, operation) => {
      const problems = responsesOf(operation).filter(
        ([, { content }]) => content?.['application/problem+json'],
      );
      const expected = ['400', '408', '413', '431', '500'];
      const ofAuthorized = ['401', '403', '503'];
      const ofSecrets = [...ofAuthorized, '501', '502'];
      const isSecret = operations.some(
        (one) => one.operation === operation && one.route.includes('/api/secrets'),
      );
      // What a store does to one operation of a bulk stands in its result.
      const asksNoStore = ['listAudit', 'streamEvents', 'bulk'].includes(id);
      expect(problems.map(([status]) => status)).toEqual(
        expect.arrayContaining([...expected, ...(!isSecret ? [] : asksNoStore ? ofAuthorized : ofSecrets)]),
      );
      expect(problems.some(([status]) => status === '415')).toBe(operation.requestBody !== undefined);
      expect(id).not.toBe('');
    },
  );

  it('shows each code by a problem document of its own', () => {
    const examples = document.components?.examples as Record<
      string,
      { value: { code: string; status: number } }
    >;
    for (const [code, { value }] of Object.entries(examples)) {
      expect(value).toMatchObject({ code, status: ERROR_CATALOGUE[code as ErrorCode].status });
    }
    const { properties } = document.components?.schemas?.['Problem'] as SchemaObject;
    expect((properties?.['code'] as SchemaObject).enum).toEqual(Object.keys(ERROR_CATALOGUE));
  });

  it('describes every field of every schema', () => {
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      const { description, properties = {} } = schema as SchemaObject;
      expect([name, description]).toEqual([name, expect.stringMatching(/.{5,}/)]);
      for (const [field, { description: text }] of Object.entries(
        properties as Record<string, SchemaObject>,
      )) {
        expect([name, field, text]).toEqual([name, field, expect.stringMatching(/.{5,}/)]);
      }
    }
  });

  it('has a type beside every enum, and integers where versions and counts are', () => {
    const schemas = schemasIn(document, '');
    const counts = /\/(version|versions\/items|current_version|oldest_version|max_versions|limit|offset)$/;
    expect(schemas.filter(([place]) => counts.test(place)).length).toBeGreaterThan(10);
    for (const [place, { type }] of schemas.filter(([place]) => counts.test(place))) {
      expect([place, type]).toEqual([place, 'integer']);
    }
    const enums = JSON.stringify(document).match(/"enum":/g) ?? [];
    expect(schemas.filter(([, schema]) => schema.enum !== undefined)).toHaveLength(enums.length);
    expect(JSON.stringify(document)).not.toContain('"const":');
  });

  it('passes the linter, whose rules hold every example against its schema', () => {
    expect(lint('docs/openapi.json')).toBe(0);
  });

  it.each([
    ['an example with a field of the wrong type', '"version": 4,', '"version": "4",'],
    ['a status that no problem has', '"status": 404,', '"status": 1404,'],
    ['a schema that does not exist', '"#/components/schemas/SecretKeys"', '"#/components/schemas/SecretKey"'],
  ])('would not pass it with %s', (_what, text, spoiled) => {
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    try {
      const source = readFileSync(FILE, 'utf8');
      expect(source).toContain(text);
      writeFileSync(join(folder, 'openapi.json'), source.replace(text, spoiled));
      expect(lint(join(folder, 'openapi.json'))).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the running service', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await createApp();
  });
  afterAll(() => running.close());

  /** Of the router itself, as METHOD path. */
  function routes(): readonly string[] {
    const express = running.app.getHttpAdapter().getInstance();
    return express.router.stack.flatMap(({ route }) =>
      route === undefined ? [] : route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path}`),
    );
  }

  it('has the routes that the document has, and the pages for people', () => {
    const pages = routes().filter((route) => /^GET \/(api\/docs|console)(\/|$)/.test(route));
    const others = routes().filter((route) => !pages.includes(route));
    expect(pages).toContain('GET /api/docs');
    expect(others.toSorted()).toEqual(operations.map(({ route }) => route).toSorted());
  });

  it('serves the committed document', async () => {
    const { status, type, body } = await running.http.get('/api/openapi.json');
    expect({ status, type, body: body as unknown }).toEqual({
      status: 200,
      type: 'application/json',
      body: document,
    });
  });

  it('shows it on a page that loads only its own files', async () => {
    const { status, text, headers } = await running.http.get('/api/docs');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|upgrade/);
    expect(text).not.toMatch(/<script>|<style|\son\w+=|style=|\/\//);
    const files = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, name = '']) => name);
    expect(files).toHaveLength(5);
    for (const file of files.filter((name) => !name.startsWith('data:'))) {
      const answer = await running.http.get(`/api/${file}`).buffer(true);
      expect([file, answer.status]).toEqual([file, 200]);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it.each(['/api/openapi.json', '/api/docs', '/api/docs/start.js'])(
    'takes only reads on %s',
    async (path) => {
      for (const answer of [await running.http.post(path), await running.http.options(path)]) {
        expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
        expect(answer.type).toBe('application/problem+json');
      }
      const { status, text } = await running.http.head(path);
      expect([status, text]).toEqual([200, undefined]);
    },
  );

  it('lets no answer of data be run or framed as a page', async () => {
    const { headers } = await running.http.get('/api/secrets/value');
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
  });
});
