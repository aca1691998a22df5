import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';

/** `If-Match` and `If-None-Match` as far as they are judged before any store is asked. */
describe('preconditions', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await createApp({ OPENBAO_URL: 'http://127.0.0.1:9', OPENBAO_TOKEN: 'unused' });
  });
  afterAll(() => running.close());

  const remove = (query: string, headers: Record<string, string>) =>
    running.http.delete(`/api/secrets?${query}`).set(headers);
  const uri = (text: string) => `uri=${encodeURIComponent(text)}`;
  const BOTH = { 'If-Match': '"3"', 'If-None-Match': '*' };

  it.each([
    ['a weak version', { 'If-Match': 'W/"3"' }],
    ['a list', { 'If-Match': '"3", "4"' }],
    ['any version', { 'If-Match': '*' }],
    ['a version without quotes', { 'If-Match': '3' }],
    ['version 0', { 'If-Match': '"0"' }],
    ['a version to be absent', { 'If-None-Match': '"3"' }],
  ])('refuses %s', async (_what, headers) => {
    const { status, body } = await remove(uri('openbao+kv2://secret/a/b'), headers);
    expect([status, (body as { code: string }).code]).toEqual([400, 'INVALID_REQUEST']);
  });

  it.each([
    ['a malformed address', uri('nonsense'), 400, 'INVALID_URI'],
    ['a malformed parameter', `${uri('openbao+kv2://secret/a/b')}&destroy=null`, 400, 'INVALID_REQUEST'],
    ['a mount of others', uri('openbao+kv2://other/a/b'), 400, 'TENANT_MOUNT_MISMATCH'],
    ['a store without versions', uri('yaml://secret/a/b'), 501, 'NOT_SUPPORTED'],
    ['nothing else wrong', uri('openbao+kv2://secret/a/b'), 412, 'PRECONDITION_FAILED'],
  ])('of two that cannot hold together speaks last: %s', async (_what, query, expected, code) => {
    const { status, body } = await remove(query, BOTH);
    expect([status, (body as { code: string }).code]).toEqual([expected, code]);
  });
});
