import type {
  PolicyDecision,
  PolicyDecisionPoint,
  PolicyQuestion,
  ResourceFacts,
} from '../../src/ports/policy-decision.port.js';
import type { Caller } from '../../src/secrets/caller.js';
import type { Purpose } from '../../src/secrets/operations.js';
import { SecretError } from '../../src/secrets/secret.errors.js';
import { SecretPrefix, SecretUri } from '../../src/secrets/secret-uri.js';

/**
 * What the policies of a decision point under test must say, in the tenant `dev`. All else is denied.
 *
 * 1. Group `payments` may read, write and read_metadata everything below `yaml://secret/payments/`, the prefix itself too.
 * 2. User `alice` may read the secret `yaml://secret/one`, not its keys.
 * 3. Client `ci` may rotate `yaml://secret/ci/key`: `ttl_seconds` 60, `max_uses` 3.
 * 4. Role `operator` may rotate everything: `ttl_seconds` 30. Both rules together: the smaller of each bound.
 * 5. Role `auditor` may read everything under a condition that the service does not know.
 * 6. User `carol` may delete a secret whose `owner`, by the store, is `carol`.
 * 7. Role `operator` may destroy_versions, and yet nobody may below `yaml://secret/payments/`: the refusal is stronger.
 */
export interface PolicyPointUnderTest {
  readonly pdp: PolicyDecisionPoint;
  /** From here on no question gets a decision. */
  fail(): Promise<void>;
  stop(): Promise<void>;
}

interface Asking {
  readonly purpose: Purpose;
  /** A prefix where it ends in a slash. */
  readonly uri: string;
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  readonly client?: boolean;
  readonly facts?: ResourceFacts;
}

/** @param who the subject; a client of that name where `client` is set */
function asks(
  who: string,
  { purpose, uri, groups = [], roles = [], client = false, facts = {} }: Asking,
): PolicyQuestion {
  const resource = uri.endsWith('/') ? SecretPrefix.parse(uri) : SecretUri.parse(uri);
  const caller: Caller = {
    subject: who,
    clientId: client ? who : 'portal',
    tenantId: 'dev',
    token: {
      issuer: 'https://idp.example',
      audience: ['crud.secrets'],
      tokenId: undefined,
      scopes: new Set(),
      groups,
      roles,
      senderKey: undefined,
    },
  };
  return { caller, purpose, resource, facts, correlationId: 'contract-1' };
}

const UNBOUND = [undefined, undefined];
const PAYMENTS = { groups: ['payments'] };
const read = (uri: string): Asking => ({ purpose: 'read', uri });

/** A title, a question, and what is decided: the effect, with the bounds of a permit. */
const CASES: readonly [string, PolicyQuestion, readonly unknown[]][] = [
  [
    'a group and its folder',
    asks('bob', { ...read('yaml://secret/payments/db'), ...PAYMENTS }),
    ['permit', ...UNBOUND],
  ],
  [
    'a key below the folder',
    asks('bob', { ...read('yaml://secret/payments/db#user'), ...PAYMENTS }),
    ['permit', ...UNBOUND],
  ],
  [
    'a folder below the folder',
    asks('bob', { ...read('yaml://secret/payments/eu/x/y'), ...PAYMENTS }),
    ['permit', ...UNBOUND],
  ],
  [
    'the prefix of the folder',
    asks('bob', { purpose: 'read_metadata', uri: 'yaml://secret/payments/', ...PAYMENTS }),
    ['permit', ...UNBOUND],
  ],
  [
    'the prefix above it',
    asks('bob', { purpose: 'read_metadata', uri: 'yaml://secret/', ...PAYMENTS }),
    ['deny'],
  ],
  [
    'a folder that begins alike',
    asks('bob', { ...read('yaml://secret/payments2/db'), ...PAYMENTS }),
    ['deny'],
  ],
  [
    'the same folder of another store',
    asks('bob', { ...read('openbao+kv2://secret/payments/db'), ...PAYMENTS }),
    ['deny'],
  ],
  [
    'another purpose',
    asks('bob', { purpose: 'delete', uri: 'yaml://secret/payments/db', ...PAYMENTS }),
    ['deny'],
  ],
  ['nobody of the group', asks('bob', read('yaml://secret/payments/db')), ['deny']],
  [
    'a role of the name of the group',
    asks('bob', { ...read('yaml://secret/payments/db'), roles: ['payments'] }),
    ['deny'],
  ],
  ['one user and one secret', asks('alice', read('yaml://secret/one')), ['permit', ...UNBOUND]],
  ['a pinned version of it', asks('alice', read('yaml://secret/one?version=3')), ['permit', ...UNBOUND]],
  ['a key of it, which is a resource of its own', asks('alice', read('yaml://secret/one#user')), ['deny']],
  [
    'a client of the name of the user',
    asks('alice', { ...read('yaml://secret/one'), client: true }),
    ['deny'],
  ],
  [
    'a client',
    asks('ci', { purpose: 'rotate', uri: 'yaml://secret/ci/key', client: true }),
    ['permit', 60, 3],
  ],
  [
    'a user of the name of the client',
    asks('ci', { purpose: 'rotate', uri: 'yaml://secret/ci/key' }),
    ['deny'],
  ],
  [
    'one bound',
    asks('eve', { purpose: 'rotate', uri: 'yaml://secret/x', roles: ['operator'] }),
    ['permit', 30, undefined],
  ],
  [
    'the smaller of two bounds',
    asks('ci', { purpose: 'rotate', uri: 'yaml://secret/ci/key', client: true, roles: ['operator'] }),
    ['permit', 30, 3],
  ],
  [
    'an unknown condition',
    asks('eve', { ...read('yaml://secret/x'), roles: ['auditor'] }),
    ['unknown-obligation'],
  ],
  [
    'an unknown condition beside a permit',
    asks('bob', { ...read('yaml://secret/payments/db'), ...PAYMENTS, roles: ['auditor'] }),
    ['unknown-obligation'],
  ],
  [
    'the owner',
    asks('carol', { purpose: 'delete', uri: 'openbao+kv2://secret/hers', facts: { owner: 'carol' } }),
    ['permit', ...UNBOUND],
  ],
  [
    'somebody else than the owner',
    asks('carol', { purpose: 'delete', uri: 'openbao+kv2://secret/his', facts: { owner: 'dave' } }),
    ['deny'],
  ],
  [
    'a secret without an owner',
    asks('carol', { purpose: 'delete', uri: 'openbao+kv2://secret/none' }),
    ['deny'],
  ],
  [
    'a permit',
    asks('eve', { purpose: 'destroy_versions', uri: 'yaml://secret/x', roles: ['operator'] }),
    ['permit', ...UNBOUND],
  ],
  [
    'a refusal beside it',
    asks('eve', { purpose: 'destroy_versions', uri: 'yaml://secret/payments/db', roles: ['operator'] }),
    ['deny'],
  ],
];

/**
 * What holds for every `PolicyDecisionPoint`, whatever decides behind it.
 * @param start a decision point whose policies say what `PolicyPointUnderTest` lists; called twice
 */
export function describePolicyDecisionPoint(name: string, start: () => Promise<PolicyPointUnderTest>): void {
  describe(`PolicyDecisionPoint contract: ${name}`, () => {
    let under: PolicyPointUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.stop());

    /** As the enforcement point asks: facts are left out where nothing looks at them. */
    const decide = (questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]> => {
      const looks = under.pdp.needsFacts(questions);
      expect(looks).toHaveLength(questions.length);
      return under.pdp.decide(
        questions.map((each, i) => (looks[i] === true ? each : { ...each, facts: {} })),
      );
    };

    it.each(CASES)('%s', async (_, question, expected) => {
      const decisions = await decide([question]);
      expect(decisions.map(brief)).toEqual([expected]);
    });

    it('decides on many at once, each in its place', async () => {
      const mixed = [...CASES, ...CASES.toReversed(), ...CASES];
      const decisions = await decide(mixed.map(([, question]) => question));
      expect(decisions.map(brief)).toEqual(mixed.map(([, , expected]) => expected));
    });

    it('tells apart one resource with different facts in one list', async () => {
      const owners = ['carol', 'dave', undefined, 'carol'];
      const questions = owners.map((owner) =>
        asks('carol', {
          purpose: 'delete',
          uri: 'openbao+kv2://secret/hers',
          ...(owner !== undefined && { facts: { owner } }),
        }),
      );
      expect((await decide(questions)).map(({ effect }) => effect)).toEqual([
        'permit',
        'deny',
        'deny',
        'permit',
      ]);
    });

    it('tells apart who asks for one resource in one list', async () => {
      const whose = [PAYMENTS, {}, PAYMENTS, { groups: ['other'] }];
      const questions = whose.map((groups) =>
        asks('bob', { ...read('yaml://secret/payments/db'), ...groups }),
      );
      expect((await decide(questions)).map(({ effect }) => effect)).toEqual([
        'permit',
        'deny',
        'permit',
        'deny',
      ]);
    });

    it('answers no question with no decision', async () => {
      expect(await under.pdp.decide([])).toEqual([]);
    });

    it('gives every decision an id', async () => {
      const decisions = await decide(CASES.map(([, question]) => question));
      for (const decision of decisions) {
        expect(decision.effect === 'none' ? undefined : decision.decisionId).toMatch(/^[\x21-\x7e]{1,256}$/);
      }
    });

    it('names its policies and says that it is well', async () => {
      const { generation } = under.pdp;
      await decide(CASES.map(([, question]) => question));
      expect(generation).not.toBe('');
      expect(under.pdp.generation).toBe(generation);
      expect(await under.pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
    });

    it('gives no decision once it cannot decide', async () => {
      const broken = await start();
      try {
        await broken.fail();
        const [, question] = CASES[0] ?? [];
        const effects = await broken.pdp.decide(question === undefined ? [] : [question]).then(
          (decisions) => decisions.map(({ effect }) => effect),
          (error: unknown) => (error instanceof SecretError ? error.code : error),
        );
        expect([['none'], 'PDP_UNAVAILABLE']).toContainEqual(effects);
      } finally {
        await broken.stop();
      }
    });
  });
}

function brief(decision: PolicyDecision): unknown[] {
  if (decision.effect !== 'permit') return [decision.effect];
  return [decision.effect, decision.bounds.ttlSeconds, decision.bounds.maxUses];
}
