// Cedar makes no text of an entity's id: without this nobody could be compared with an owner.
const PRINCIPAL = '{ sub: String }';
const RESOURCE = '{ uri: String, provider: String, mount: String, path: String, fragment?: String }';

/**
 * The schema that every policy is held against, in Cedar's schema language: entities and context as docs/policies/README.md
 * names them. `Audit` has the shape of a secret, so that a policy about any resource may look at `resource.mount`.
 * @param actions names that the purposes are asked under
 */
export function builtInSchema(actions: readonly string[]): string {
  const names = [...new Set(actions)];
  return `
entity Group;
entity Role;
entity User in [Group, Role] = ${PRINCIPAL};
entity Client in [Group, Role] = ${PRINCIPAL};
entity Tenant;
entity Mount;
entity Folder;
entity Secret in [Folder, Mount, Tenant] = ${RESOURCE};
entity Audit in [Tenant] = ${RESOURCE};
type SenderBinding = { jkt?: String, "x5t#S256"?: String };
type ResourceAttributes = { owner?: String, created_by?: String, created_at?: String };
type RequestContext = {
  issuer: String, client_id: String, audience: Set<String>, tenant_id: String, correlation_id: String,
  token_jti?: String, cnf?: SenderBinding, version?: Long, resource_attributes: ResourceAttributes
};
${names.map(declareAction).join('\n')}
`;
}

/** The audit trail is only ever read. */
function declareAction(name: string): string {
  const resources = name === 'read_metadata' ? 'Secret, Audit' : 'Secret';
  const quoted = `"${name.replace(/["\\]/g, String.raw`\$&`)}"`;
  return `action ${quoted} appliesTo { principal: [User, Client], resource: [${resources}], context: RequestContext };`;
}
