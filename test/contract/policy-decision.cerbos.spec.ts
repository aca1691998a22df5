import { resolve } from 'node:path';
import { AuthzenPdp } from '../../src/pdp/authzen/authzen.pdp.js';
import { CerbosProcess } from '../support/cerbos/cerbos-process.js';
import { describeOnCerbos } from '../support/cerbos/describe-on-cerbos.js';
import { describePolicyDecisionPoint } from './policy-decision.contract.js';

describeOnCerbos('authzen', (title) => {
  describePolicyDecisionPoint(title, async () => {
    const cerbos = await CerbosProcess.start(resolve('test/support/cerbos/contract-policies'));
    const pdp = new AuthzenPdp({
      url: cerbos.url,
      token: undefined,
      caCert: undefined,
      timeoutMs: 10_000,
      batchMax: 50,
      resourceAttributes: true,
      context: { 'cerbos.includeMeta': true },
    });
    return {
      pdp,
      fail: () => cerbos.kill(),
      stop: async () => {
        await pdp.close();
        await cerbos.stop();
      },
    };
  });
});
