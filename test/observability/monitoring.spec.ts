import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '../../src/observability/metrics.js';
import {
  dashboardExpressions,
  metricsIn,
  readAlertTests,
  readDashboard,
  readRules,
} from './monitoring-files.js';

const metrics = new Metrics();
/** Those too that are registered only where they mean something. */
const KNOWN = new Set([
  ...metrics.registry.getMetricsAsArray().map(({ name }) => name),
  ...Object.values(metrics).flatMap((metric: { name?: string }) => metric.name ?? []),
]);

describe('the alerts', () => {
  const alerts = readRules().filter(({ alert }) => alert !== undefined);

  it.each(readRules().map(({ alert, record, expr }) => [alert ?? record, expr]))(
    'name only metrics that the service has: %s',
    (_, expr) => {
      expect(metricsIn(expr ?? '').filter((name) => !KNOWN.has(name))).toEqual([]);
    },
  );

  it.each(alerts.map((rule) => [rule.alert, rule] as const))(
    'say how bad it is, what it is and what to do: %s',
    (alert, { labels, annotations }) => {
      expect(labels?.['severity']).toMatch(/^(?:critical|warning)$/);
      expect(annotations?.['summary']).toMatch(/\w/);
      const [page, anchor] = annotations?.['runbook_url']?.split('#') ?? [];
      const text = readFileSync(join(import.meta.dirname, '../..', page ?? ''), 'utf8');
      expect(anchor).toBe(alert?.toLowerCase());
      expect(text).toMatch(new RegExp(`^## ${alert}$`, 'm'));
    },
  );

  it('are each tried with what they fire on and with what they do not', () => {
    const tried = readAlertTests();
    for (const { alert = '' } of alerts) {
      const expected = tried.filter(({ alertname }) => alertname === alert).map(({ fires }) => fires);
      expect({ alert, tried: new Set(expected) }).toEqual({ alert, tried: new Set([true, false]) });
    }
  });

  it('are all of them what the runbook tells of', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/alerts.md'), 'utf8');
    const told = [...page.matchAll(/^## (SecretsApi\w+)$/gm)].map(([, name]) => name);
    expect(told).toEqual(alerts.map(({ alert }) => alert));
  });
});

describe('the dashboard', () => {
  const { uid, schemaVersion, templating, panels } = readDashboard();

  it.each(dashboardExpressions().map((expr) => [expr]))('shows a metric that the service has: %s', (expr) => {
    const names = metricsIn(expr);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !KNOWN.has(name))).toEqual([]);
  });

  it('takes its data from where the reader says', () => {
    expect(uid).toBe('secrets-api');
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['job', 'query'],
      ['instance', 'query'],
    ]);
    const sources = panels
      .filter(({ type }) => type !== 'row')
      .flatMap(({ datasource, targets = [] }) => [datasource, ...targets.map((target) => target.datasource)]);
    expect(new Set(sources.map((source) => source?.uid))).toEqual(new Set(['${datasource}']));
  });

  it('has each panel once and in a place of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('has its rows', () => {
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Traffic, errors, latency',
      'Decisions and grants',
      'Stores and circuits',
      'Audit',
      'Process',
    ]);
  });
});
