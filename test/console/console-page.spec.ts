import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONSOLE_ASSETS, CONSOLE_PAGE } from '../../src/console/console-assets.js';
import { AUDIT_EVENT_NAMES, PURPOSES } from '../../src/secrets/operations.js';
import { loadConfig } from '../../src/config/load-config.js';
import { welcome } from '../../src/welcome.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

const FOLDER = join(process.cwd(), 'src/console/page');
const PRODUCTION = { ENVIRONMENT: 'production', YAML_VAULT_PATH: '' };

describe('/console', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await createApp();
  });
  afterAll(() => running.close());

  const files = (): readonly string[] => readdirSync(FOLDER).filter((name) => name !== 'tsconfig.json');
  const html = (): string => readFileSync(join(FOLDER, CONSOLE_PAGE), 'utf8');

  it('is one page under a policy that lets in nothing but its own files', async () => {
    const { headers, text } = await running.http.get('/console').expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
      ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
      ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
    ]);
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
    expect(text).not.toMatch(/<script>|<style|\son\w+=|\sstyle=|(?:src|href)="(?:https?:|\/)/);
  });

  it('has every file of its folder, and no other', async () => {
    expect([CONSOLE_PAGE, ...CONSOLE_ASSETS].toSorted()).toEqual(files().toSorted());
    const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
    for (const name of CONSOLE_ASSETS) {
      const { headers, text, body } = await running.http.get(`/console/${name}`).expect(200);
      expect(headers['content-type']).toBe(`${types[name.split('.').pop() ?? '']}; charset=utf-8`);
      expect(text ?? String(body)).toBe(readFileSync(join(FOLDER, name), 'utf8'));
    }
  });

  it.each(['/console', '/console/console.js'])('lets nobody keep an older %s', async (path) => {
    const { headers } = await running.http.get(path).expect(200);
    const etag = String(headers['etag']);
    expect(headers['cache-control']).toBe('no-cache');
    await running.http.get(path).set('If-None-Match', etag).expect(304);
    await running.http.get(path).set('If-None-Match', '"older"').expect(200);
    await running.http.head(path).expect('ETag', etag).expect(200);
  });

  it('is found with a slash behind it too', async () => {
    await running.http.get('/console/').expect(307).expect('Location', '../console');
  });

  it.each([
    '/console/nothing.js',
    '/console/tsconfig.json',
    '/console/console.html',
    '/console/..%2fmain.js',
  ])('has no %s', async (path) => {
    const { headers, body } = await running.http.get(path).expect(404);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  });

  it.each(['/console', '/console/', '/console/console.js'])('takes only reads on %s', async (path) => {
    await running.http.post(path).expect(405).expect('Allow', 'GET, HEAD');
  });

  it('offers the purposes and events that there are', () => {
    const options = [...html().matchAll(/<option>([^<]+)<\/option>/g)].map(([, value]) => value);
    expect(options).toEqual(['permit', 'deny', 'error', ...PURPOSES, ...AUDIT_EVENT_NAMES]);
  });
});

describe('/console outside dev and test', () => {
  it('is not there', async () => {
    const running = await createApp(PRODUCTION);
    await running.http.get('/console').expect(404);
    await running.http.get('/console/console.js').expect(404);
    await running.close();
  });

  it('is there where the development endpoints are', async () => {
    const running = await createApp({ ...PRODUCTION, SECRETS_DEV_ENDPOINTS: 'true' });
    await running.http.get('/console').expect(200);
    await running.close();
  });

  it('is named at the start where it is there', () => {
    const text = (env: Record<string, string>): string => welcome(loadConfig(env), 9100);
    expect(text({ ENVIRONMENT: 'dev' })).toContain('http://127.0.0.1:9100/console\n');
    expect(text({ ...PRODUCTION, SECRETS_DEV_ENDPOINTS: 'true' })).toContain(
      'http://127.0.0.1:9100/console\n',
    );
    expect(text(PRODUCTION)).not.toContain('/console');
  });
});
