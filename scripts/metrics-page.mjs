const HEAD = `# Metrics

<!-- Generated from src/observability/metrics.ts by \`npm run docs\`. Edit the metrics, not this page. -->

\`GET /metrics\` answers in the Prometheus text format. Labels take few values: route templates, schemes, engines, codes
of [errors.md](errors.md); no address, subject, tenant or value is among them. Durations are in seconds. What to alert on:
[how-to/observability.md](how-to/observability.md).
`;

const TAIL = `
Of the process itself stand there what the Prometheus client for Node measures everywhere: \`process_cpu_seconds_total\`,
\`process_resident_memory_bytes\`, \`process_open_fds\`, \`process_max_fds\`, \`process_start_time_seconds\`, and under \`nodejs_\`
the heap, the garbage collector and the event loop. \`nodejs_eventloop_lag_p50_seconds\`, \`…_p99_seconds\` and
\`…_max_seconds\` are taken anew from one scrape to the next, from a timer of 10 ms: about 0.01 is an idle process, and what
is above it is delay. One long pause shows in the maximum only, since the quantiles count turns of the loop and not time.
`;

const TYPES = { Counter: 'counter', Gauge: 'gauge', Histogram: 'histogram' };

/**
 * @param metrics an instance of the service's metrics; those that are registered only where they mean something count too
 * @returns the page as Markdown: one table, in the order of the code
 */
export function describeMetrics(metrics) {
  const rows = Object.values(metrics)
    .filter((each) => TYPES[each.constructor.name] !== undefined)
    .map(({ name, help, labelNames, constructor }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${TYPES[constructor.name]} | ${labels} | ${help} |`;
    });
  return `${[HEAD, '| metric | type | labels | what it says |', '|---|---|---|---|', ...rows].join('\n')}\n${TAIL}`;
}
