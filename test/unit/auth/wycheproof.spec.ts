import { existsSync, readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { sendJson, TestIssuer } from '../../support/oidc-provider/test-issuer.js';
import { authParts, outcomeOf } from './auth-parts.js';

const DATA = new URL('../../../../shared/data/wycheproof-json-web-signature.json', import.meta.url);
const NO_DATA = '../shared/data is not beside the project';

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

interface Group {
  readonly comment: string;
  readonly public?: JWK;
  readonly private?: JWK;
  readonly tests: readonly Vector[];
}

function readGroups(): readonly Group[] {
  return (JSON.parse(readFileSync(DATA, 'utf8')) as { testGroups: Group[] }).testGroups;
}

const ENABLED = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];
const EVERY = [...ENABLED, 'ES512', 'PS384', 'PS512', 'RS384', 'RS512'];

/** Valid by the vectors and refused here, with the reason. */
const STRICTER: Readonly<Record<string, RegExp>> = {
  'no JWT has an empty payload': /^[\w-]+\.\.[\w-]+$/,
};

if (existsSync(DATA)) {
  describe('the vectors of Wycheproof for JSON Web Signature', () => {
    let issuer: TestIssuer;
    beforeAll(async () => {
      issuer = await TestIssuer.start([]);
    });
    afterAll(() => issuer.close());

    /** What becomes of each vector, its key being the one that the issuer publishes. */
    async function run(algorithms: readonly string[]): Promise<Map<Vector, { outcome: string; key: JWK }>> {
      const outcomes = new Map<Vector, { outcome: string; key: JWK }>();
      for (const group of readGroups()) {
        const key = group.public ?? group.private ?? {};
        issuer.lies.set('/jwks', (_request, response) => sendJson(response, { keys: [key] }));
        const { keys, signature } = authParts({ ...issuer.env, JWT_ALGORITHMS: algorithms.join() });
        await keys.refresh();
        for (const vector of group.tests) {
          outcomes.set(vector, { outcome: await outcomeOf(signature.verify(vector.jws)), key });
        }
      }
      return outcomes;
    }

    const isStricter = ({ jws }: Vector): boolean =>
      Object.values(STRICTER).some((pattern) => pattern.test(jws));
    const algorithmOf = ({ jws }: Vector): unknown => {
      const [header = ''] = jws.split('.');
      return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown }).alg;
    };

    it.each([
      ['the default algorithms', ENABLED, 300, 12],
      ['every algorithm that can be allowed', EVERY, 300, 20],
    ])(
      'with %s: nothing invalid is accepted, and what is valid is',
      async (_name, algorithms, invalid, valid) => {
        const outcomes = [...(await run(algorithms))];
        const of = (result: string): typeof outcomes =>
          outcomes.filter(([vector]) => vector.result === result);
        expect(of('invalid').filter(([, { outcome }]) => outcome === 'accepted')).toEqual([]);
        expect(of('invalid').length).toBeGreaterThan(invalid);
        const due = of('valid').filter(([vector, { key }]) => {
          const alg = algorithmOf(vector);
          return algorithms.includes(String(alg)) && key.alg === alg && !isStricter(vector);
        });
        expect(due.filter(([, { outcome }]) => outcome !== 'accepted')).toEqual([]);
        expect(due.length).toBeGreaterThanOrEqual(valid);
        const others = of('valid').filter((entry) => !due.includes(entry));
        expect(others.filter(([, { outcome }]) => outcome !== 'INVALID_TOKEN')).toEqual([]);
        console.info(
          `${outcomes.length} vectors: ${of('invalid').length} refused, ${due.length} accepted, ${others.length} left to other algorithms`,
        );
      },
    );
  });
} else {
  console.warn(`LEFT OUT: the vectors of Wycheproof, since ${NO_DATA}`);
  describe('the vectors of Wycheproof for JSON Web Signature', () => {
    it(`are left out: ${NO_DATA}`, () => {
      expect(existsSync(DATA)).toBe(false);
    });
  });
}
