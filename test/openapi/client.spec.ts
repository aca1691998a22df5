import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const ROOT = resolve(import.meta.dirname, '../..');
const requireFrom = createRequire(import.meta.url);

/** What somebody writes on the first day; each `@ts-expect-error` is a mistake that the types have to catch. */
const FIRST_CALL = `
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

const client = createClient<paths>({ baseUrl: process.argv[2] ?? '' });
const uri = 'yaml://secret/first/call#token';

const written = await client.POST('/api/secrets', { body: { uri, value: 's3cr3t' } });
if (written.data === undefined) throw new Error(written.error.code);
const created: boolean = written.data.created;
const version: number | undefined = written.data.version;

const read = await client.GET('/api/secrets/value', { params: { query: { uri } } });
if (read.data === undefined) throw new Error(read.error.code);
const value: unknown = read.data['value'];

const missing = await client.GET('/api/secrets/value', { params: { query: { uri: 'yaml://secret/first/none' } } });
const code: components['schemas']['Problem']['code'] | undefined = missing.error?.code;

const page = await client.GET('/api/secrets/metadata', { params: { query: { prefix: 'yaml://secret/first/', limit: 5 } } });
const cursor: string | null | undefined = page.data?.next_cursor;
const uris: readonly string[] = page.data?.items.map((item) => item.uri) ?? [];

console.log(JSON.stringify({ created, version: version ?? null, value, code, cursor, uris }));

export const mistakes = [
  // @ts-expect-error the address is missing
  (): unknown => client.GET('/api/secrets/value', { params: { query: {} } }),
  // @ts-expect-error the value is missing
  (): unknown => client.POST('/api/secrets', { body: { uri } }),
  // @ts-expect-error the field is misspelt
  (): components['schemas']['RotateSecret'] => ({ uri, value: 1, createIfMising: true }),
  // @ts-expect-error a version is a number
  (): unknown => client.POST('/api/secrets/undelete', { body: { uri, versions: ['1'] } }),
  // @ts-expect-error no such path
  (): unknown => client.GET('/api/secrets/values'),
  // @ts-expect-error no such code
  (): boolean => missing.error?.code === 'SECRET_MISLAID',
];
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
  },
  include: ['*.ts'],
};

interface Ended {
  readonly status: number;
  readonly output: string;
}

/** Runs a script in the folder, beside this process: the service answers from here. */
function run(folder: string, script: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((settle) => {
    const options = { cwd: folder, encoding: 'utf8', timeout: 60_000 } as const;
    const child = execFile(process.execPath, [script, ...args], options, (_error, stdout, stderr) =>
      settle({ status: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

describe('a client generated from docs/openapi.json', () => {
  let running: RunningApp;
  let folder: string;

  beforeAll(async () => {
    running = await createApp();
    // Inside node_modules, so that its imports are found as those of a project that installed them.
    const cache = join(ROOT, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'openapi-client-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    writeFileSync(join(folder, 'first-call.ts'), FIRST_CALL);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await running.close();
  });

  it('compiles under the strictest settings', async () => {
    const generator = join(dirname(requireFrom.resolve('openapi-typescript/package.json')), 'bin/cli.js');
    const document = join(ROOT, 'docs/openapi.json');
    const generated = await run(
      folder,
      generator,
      document,
      '--default-non-nullable=false',
      '--output',
      'schema.ts',
    );
    expect(generated).toMatchObject({ status: 0 });
    const compiler = requireFrom.resolve('typescript/bin/tsc');
    expect(await run(folder, compiler, '--project', 'tsconfig.json')).toEqual({ status: 0, output: '' });
  }, 120_000);

  it('writes, reads, lists, and learns what is missing', async () => {
    const { status, output } = await run(folder, join(folder, 'first-call.js'), running.url);
    expect({ status, said: JSON.parse(output) as unknown }).toEqual({
      status: 0,
      said: {
        created: true,
        version: null,
        value: 's3cr3t',
        code: 'SECRET_NOT_FOUND',
        cursor: null,
        uris: ['yaml://secret/first/call'],
      },
    });
  });
});
