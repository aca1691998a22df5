import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_SCHEMA } from '../../../src/config/config-schema.js';
import { loadConfig } from '../../../src/config/load-config.js';
import type { Variable } from '../../../src/config/variable.js';
import { configProblems } from '../../support/config-problems.js';

const SECRET_NAMES = Object.values(CONFIG_SCHEMA)
  .flatMap((group) => Object.entries<Variable<unknown>>(group))
  .filter(([, variable]) => variable.type === 'secret')
  .map(([name]) => name);

describe('<NAME>_FILE', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'secret-files-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function fileWith(content: string | Buffer): string {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  }
  const saltFrom = (content: string): string =>
    loadConfig({ TENANT_SALT_FILE: fileWith(content) })
      .tenant.salt.open()
      .export()
      .toString();

  it('is there for every token, secret id and salt', () => {
    const names = Object.values(CONFIG_SCHEMA).flatMap((group) => Object.keys(group));
    expect(SECRET_NAMES).toEqual(
      names.filter((name) =>
        /_(TOKEN|SECRET_ID|SALT|PASSWORD)$|^REDIS_URL$|^OTEL_EXPORTER_OTLP_HEADERS$/.test(name),
      ),
    );
    expect(SECRET_NAMES).toHaveLength(13);
  });

  it.each([
    ['salt', 'salt'],
    ['salt\n', 'salt'],
    ['salt\r\n', 'salt'],
    ['salt\n\n', 'salt\n'],
    [' salt ', ' salt '],
    ['\uFEFFsalt', '\uFEFFsalt'],
  ])('of %j gives %j', (content, expected) => {
    expect(saltFrom(content)).toBe(expected);
  });

  it('configures a store as the variable itself would', () => {
    const env = { OPENBAO_URL: 'http://127.0.0.1:8200', OPENBAO_TOKEN_FILE: fileWith('root\n') };
    expect(loadConfig(env).stores.openbao?.token?.open()).toBe('root');
  });

  it.each(SECRET_NAMES)('%s and its file together stop the start', (name) => {
    const problems = configProblems({ [name]: 'abc', [`${name}_FILE`]: fileWith('abc') });
    expect(problems).toEqual([`${name} and ${name}_FILE are both set; allowed: one of them`]);
  });

  it('that cannot be read names the variable', () => {
    const path = join(folder, 'absent');
    expect(configProblems({ TENANT_SALT_FILE: path })).toEqual([
      `TENANT_SALT_FILE holds ${JSON.stringify(path)}; allowed: the path of a readable UTF-8 file that is not empty`,
    ]);
    expect(configProblems({ TENANT_SALT_FILE: folder })).toHaveLength(1);
  });

  it.each([
    ['is empty', ''],
    ['holds a newline only', '\n'],
    ['is not UTF-8', Buffer.from([0xff, 0xfe, 0x41])],
  ])('that %s is refused', (_what, content) => {
    const [problem] = configProblems({ TENANT_SALT_FILE: fileWith(content) });
    expect(problem).toMatch(/^TENANT_SALT_FILE holds /);
  });

  it('with two newlines is no token, and its content is not shown', () => {
    const env = { OPENBAO_URL: 'http://127.0.0.1:8200', OPENBAO_TOKEN_FILE: fileWith('tok-3f1\n\n') };
    expect(configProblems(env)).toEqual([
      'OPENBAO_TOKEN holds a text that is not shown here; allowed: visible ASCII characters without spaces',
    ]);
  });
});
