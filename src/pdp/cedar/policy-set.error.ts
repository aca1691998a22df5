/** Policies or a schema that cannot be used. The message names file, line and policy, and holds no text of a policy. */
export class PolicySetError extends Error {
  override readonly name = 'PolicySetError';
}
