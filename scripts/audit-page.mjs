const HEAD = `# Audit records: events and fields

<!-- Generated from src/audit/record-schema.ts and src/secrets/operations.ts by \`npm run docs\`. Edit those, not this page. -->

What the trail is for and how to prove it complete stands in [audit.md](audit.md); the same as a JSON Schema in
[audit-record.schema.json](audit-record.schema.json).
`;

const WITHOUT_OPERATION =
  'a path or method that the service does not have, or a request that is refused before';

/** @returns the page as Markdown: the events with the operations that have them, then every field of a line */
export function describeAuditRecords({ events, operations, lineSchema }) {
  const rows = events.map((event) => {
    const ids = Object.entries(operations).filter(([, operation]) => operation.event === event);
    const purposes = [...new Set(ids.map(([, { purpose }]) => `\`${purpose}\``))].join(', ');
    const from = ids.length === 0 ? WITHOUT_OPERATION : ids.map(([id]) => `\`${id}\``).join(', ');
    return `| \`${event}\` | ${from} | ${purposes} |`;
  });
  return [
    HEAD,
    '## Events\n',
    '| event | operations | purpose |',
    '|---|---|---|',
    ...rows,
    '\n## Fields\n',
    'Every line has every field, in this order. `seq` and `prev_hash` are those of the file; the records of',
    '`/api/secrets/audit` and `/api/secrets/events` have the others.\n',
    '| field | type | what it says |',
    '|---|---|---|',
    ...Object.entries(lineSchema.properties).map(([name, schema]) => describeField(name, schema)),
    '',
  ].join('\n');
}

function describeField(name, { type, description }) {
  return `| \`${name}\` | ${type.join(' or ')} | ${description} |`;
}

/** @returns the JSON Schema of a line in either form, as a text */
export function printRecordSchema({ lineSchema, cloudEventSchema }) {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A line of the audit trail of the Secrets API',
    description: 'Under AUDIT_FORMAT=native the first form, under AUDIT_FORMAT=cloudevents the second.',
    anyOf: [lineSchema, cloudEventSchema],
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
