import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../support/create-app.js';
import { describeWithPromtool, runPromtool } from '../support/promtool/describe-with-promtool.js';
import { ALERTS_PATH, MONITORING, dashboardExpressions } from './monitoring-files.js';

describeWithPromtool('what Prometheus is given', () => {
  it('are rules that it takes', () => {
    expect(runPromtool(['check', 'rules', ALERTS_PATH])).toMatchObject({ status: 0 });
  });

  it('are alerts that fire when they should, and only then', () => {
    const verdict = runPromtool(['test', 'rules', join(MONITORING, 'prometheus/alerts.test.yml')]);
    expect(verdict).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });

  it('is a configuration that it takes', () => {
    const verdict = runPromtool(['check', 'config', join(MONITORING, 'prometheus/prometheus.yml')]);
    expect(verdict).toMatchObject({ status: 0 });
  });

  it('are questions of the dashboard that it understands', () => {
    const rules = dashboardExpressions().map((expr, index) => ({
      record: `panel:expression:${index}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-dashboard-'));
    const path = join(folder, 'panels.yml');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const verdict = runPromtool(['check', 'rules', path]);
    rmSync(folder, { recursive: true });
    expect(verdict).toEqual({ status: 0, output: expect.stringContaining(`${rules.length} rules found`) });
  });

  it('are metrics that its linter has nothing to say of', async () => {
    const running = await createApp();
    await running.http.get('/api/secrets/value').query({ uri: 'yaml://secret/none' }).expect(404);
    const { text } = await running.http.get('/metrics').expect(200);
    await running.close();
    expect(text).toContain('secrets_http_requests_total{');
    expect(runPromtool(['check', 'metrics'], text)).toEqual({ status: 0, output: '' });
  });
});
