import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface DashboardPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly DashboardPanel[];
}

export const MONITORING = join(import.meta.dirname, '../../docker');
export const ALERTS_PATH = join(MONITORING, 'prometheus/alerts.yml');

export function readRules(): readonly AlertRule[] {
  const { groups } = parse(readFileSync(ALERTS_PATH, 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function readAlertTests(): readonly { readonly alertname: string; readonly fires: boolean }[] {
  const { tests } = parse(readFileSync(join(MONITORING, 'prometheus/alerts.test.yml'), 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  return tests.flatMap(({ alert_rule_test: cases }) =>
    cases.map(({ alertname, exp_alerts }) => ({ alertname, fires: exp_alerts.length > 0 })),
  );
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(MONITORING, 'grafana/secrets-api.json'), 'utf8')) as Dashboard;
}

export function dashboardExpressions(): readonly string[] {
  return readDashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

/** The metrics of the service and its process that an expression names, without what a histogram adds to a name. */
export function metricsIn(expression: string): readonly string[] {
  const withoutLabels = expression.replaceAll(/\{[^}]*\}/g, '');
  const names = withoutLabels.match(/(?<![\w:])(?:secrets|nodejs|process)_\w+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')))];
}
