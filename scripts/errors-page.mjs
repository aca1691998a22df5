const HEAD = `# Error codes

<!-- Generated from src/secrets/secret.errors.ts by \`npm run docs\`. Edit the catalogue, not this page. -->

Every error is answered as \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`detail\`,
\`instance\`, the stable \`code\` and the \`correlation_id\` of the request. Programs should decide by \`code\`.
`;

/** @returns the page as Markdown: one table, ordered by status and then by code */
export function describeErrors(catalogue) {
  const rows = Object.entries(catalogue)
    .sort(([codeA, a], [codeB, b]) => a.status - b.status || (codeA < codeB ? -1 : 1))
    .map(
      ([code, { status, title, description }]) => `| ${status} | \`${code}\` | ${title} | ${description} |`,
    );
  return `${[HEAD, '| status | code | title | when |', '|---|---|---|---|', ...rows].join('\n')}\n`;
}
