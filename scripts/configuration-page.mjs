const HEAD = `# Configuration

<!-- Generated from src/config/config-schema.ts by \`npm run docs\`. Edit the schema, not this page. -->

The service reads its environment variables once, at the start. A bad value stops the start with one message that
names every bad variable, what it holds (never a secret) and what is allowed. A variable that is set to an empty
text counts as not set.

- Every secret can also be given as \`<NAME>_FILE\`, the path of a file that holds it; one newline at the end of
  the file is dropped. \`<NAME>\` and \`<NAME>_FILE\` together stop the start.
- A KV v2 store is configured once it has a URL and a credential: a token, or AppRole with a role and its secret.
  Each field is taken from the store's own variables first and from those of \`VAULT_\` second. A credential of the
  store's own wins over every credential of \`VAULT_\`. A token and a role under one prefix are ambiguous and refused.
- A store that is not configured answers 501 \`PROVIDER_NOT_CONFIGURED\`; the service starts all the same.
`;

/** @returns the page as Markdown, one table for each group of the schema */
export function describeConfiguration(schema) {
  const sections = Object.entries(schema).map(([title, variables]) => describeGroup(title, variables));
  return [HEAD, ...sections].join('\n');
}

function describeGroup(title, variables) {
  const rows = Object.entries(variables).map(([name, variable]) => describeVariable(name, variable));
  return [
    `## ${title}\n`,
    '| variable | what it sets | type | default | unit | allowed |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function describeVariable(name, variable) {
  const { sentence, type, unit, allowed } = variable;
  const names = type === 'secret' ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
  const cells = [names, sentence, type, describeDefault(variable), unit ?? '', allowed];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function describeDefault(variable) {
  if (variable.default === undefined) return 'not set';
  return `\`${variable.defaultNote ?? String(variable.default)}\``;
}
