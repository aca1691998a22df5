import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CedarPdp } from '../../src/pdp/cedar/cedar.pdp.js';
import { instantiateCedar } from '../../src/pdp/cedar/cedar-wasm.js';
import { describePolicyDecisionPoint } from './policy-decision.contract.js';
import type { PolicyPointUnderTest } from './policy-decision.contract.js';

/** The rules of `PolicyPointUnderTest`, by their numbers. */
const POLICIES = `
@id("1")
permit(
  principal in Group::"payments",
  action in [Action::"read", Action::"write", Action::"read_metadata"],
  resource in Folder::"yaml://secret/payments"
);
@id("2")
permit(principal == User::"alice", action == Action::"read", resource == Secret::"yaml://secret/one");
@id("3") @ttl_seconds("60") @max_uses("3")
permit(principal == Client::"ci", action == Action::"rotate", resource == Secret::"yaml://secret/ci/key");
@id("4") @ttl_seconds("30")
permit(principal in Role::"operator", action == Action::"rotate", resource);
@id("5") @notify("security")
permit(principal in Role::"auditor", action == Action::"read", resource);
@id("6 carol")
permit(principal == User::"carol", action == Action::"delete", resource)
when { context.resource_attributes has owner && context.resource_attributes.owner == "carol" };
@id("7")
permit(principal in Role::"operator", action == Action::"destroy_versions", resource);
@id("7 forbid")
forbid(principal, action == Action::"destroy_versions", resource in Folder::"yaml://secret/payments");
`;

describePolicyDecisionPoint('cedar', async (): Promise<PolicyPointUnderTest> => {
  const folder = await mkdtemp(join(tmpdir(), 'cedar-'));
  await writeFile(join(folder, 'rules.cedar'), POLICIES);
  let isBroken = false;
  const pdp = await CedarPdp.load(folder, {
    instantiate: () => {
      const cedar = instantiateCedar();
      const statefulIsAuthorized: typeof cedar.statefulIsAuthorized = (call) => {
        if (isBroken) throw new Error('unreachable');
        return cedar.statefulIsAuthorized(call);
      };
      return { ...cedar, statefulIsAuthorized };
    },
  });
  return {
    pdp,
    fail: () => {
      isBroken = true;
      return Promise.resolve();
    },
    stop: async () => {
      await pdp.close();
      await rm(folder, { recursive: true });
    },
  };
});
