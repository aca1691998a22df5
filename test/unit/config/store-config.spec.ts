import type { StoreConfig } from '../../../src/config/app-config.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { configProblems } from '../../support/config-problems.js';

const URL = 'http://127.0.0.1:8200';
const OTHER_URL = 'https://vault.example:8200';

function credentialOf(store: StoreConfig | undefined): object {
  return { token: store?.token?.open(), roleId: store?.roleId, secretId: store?.secretId?.open() };
}

describe.each([
  ['OPENBAO', 'openbao'],
  ['HASHICORP', 'hashicorp'],
] as const)('the store of %s_', (prefix, store) => {
  const own = (fields: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(fields).map(([field, text]) => [`${prefix}_${field}`, text]));

  it('is configured by a URL and a token, with the defaults beside', () => {
    const { stores } = loadConfig(own({ URL: `${URL}/`, TOKEN: 'root' }));
    expect(stores[store]).toMatchObject({
      url: URL,
      roleId: undefined,
      secretId: undefined,
      namespace: undefined,
      verifyTls: true,
      caCert: undefined,
      poolSize: 64,
    });
    expect(stores[store]?.token?.open()).toBe('root');
    expect(Object.values(stores).filter((other) => other !== undefined)).toHaveLength(1);
  });

  it('is configured by AppRole', () => {
    const { stores } = loadConfig(own({ URL, ROLE_ID: 'r', SECRET_ID: 's' }));
    expect(credentialOf(stores[store])).toEqual({ token: undefined, roleId: 'r', secretId: 's' });
  });

  it('takes what it lacks from VAULT_, field by field', () => {
    const { stores } = loadConfig({
      ...own({ NAMESPACE: 'mine', ROLE_ID: 'r' }),
      VAULT_URL: OTHER_URL,
      VAULT_SECRET_ID: 'shared',
      VAULT_ROLE_ID: 'other',
      VAULT_NAMESPACE: 'theirs',
    });
    expect(stores[store]).toMatchObject({ url: OTHER_URL, namespace: 'mine' });
    expect(credentialOf(stores[store])).toEqual({ token: undefined, roleId: 'r', secretId: 'shared' });
  });

  it('prefers its own URL and token to those of VAULT_, AppRole of VAULT_ too', () => {
    const { stores } = loadConfig({
      ...own({ URL, TOKEN: 'mine' }),
      VAULT_URL: OTHER_URL,
      VAULT_ROLE_ID: 'r',
      VAULT_SECRET_ID: 's',
    });
    expect(stores[store]?.url).toBe(URL);
    expect(credentialOf(stores[store])).toEqual({ token: 'mine', roleId: undefined, secretId: undefined });
  });

  it('prefers its own AppRole to the token of VAULT_', () => {
    const { stores } = loadConfig({ ...own({ URL, ROLE_ID: 'r', SECRET_ID: 's' }), VAULT_TOKEN: 't' });
    expect(credentialOf(stores[store])).toEqual({ token: undefined, roleId: 'r', secretId: 's' });
  });

  it('needs a credential', () => {
    expect(configProblems(own({ URL }))).toEqual([
      `${prefix}_URL is set, but no credential; allowed: with it ${prefix}_TOKEN, or ${prefix}_ROLE_ID and ${prefix}_SECRET_ID`,
    ]);
  });

  it.each([
    ['ROLE_ID', 'SECRET_ID'],
    ['SECRET_ID', 'ROLE_ID'],
  ])('with %s alone is refused, and %s named, with a URL or without', (given, missing) => {
    for (const fields of [{ URL, [given]: 'x' }, { [given]: 'x' }]) {
      const problems = configProblems(own(fields));
      expect(problems).toEqual([expect.stringMatching(new RegExp(`^${prefix}_${missing} is not set`))]);
    }
  });

  it.each([
    { TOKEN: 't', ROLE_ID: 'r', SECRET_ID: 's' },
    { TOKEN: 't', ROLE_ID: 'r' },
    { TOKEN: 't', SECRET_ID: 's' },
  ])('with a token and AppRole under one prefix is ambiguous: %j', (fields) => {
    const problems = configProblems(own({ URL, ...fields }));
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${prefix}_TOKEN and ${prefix}_\\w+ are both set`)),
    ]);
  });

  it('with a credential and no URL is not configured, with a warning', () => {
    const { stores, warnings } = loadConfig(own({ TOKEN: 't' }));
    expect(stores[store]).toBeUndefined();
    expect(warnings).toEqual([
      `A credential of ${prefix}_ is set without ${prefix}_URL: that store is not configured.`,
    ]);
  });

  it('tells only the fault of a credential that is refused, not also that none is there', () => {
    const problems = configProblems(own({ URL, TOKEN: 'a b' }));
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${prefix}_TOKEN holds`))]);
  });
});

describe('VAULT_URL', () => {
  it('with a shared credential configures both stores', () => {
    const { stores } = loadConfig({ VAULT_URL: URL, VAULT_TOKEN: 'root' });
    expect(stores.openbao?.token?.open()).toBe('root');
    expect(stores.hashicorp).toEqual(stores.openbao);
  });

  it('alone is refused once, for want of a credential', () => {
    expect(configProblems({ VAULT_URL: URL })).toEqual([
      expect.stringMatching(/^VAULT_URL is set, but no credential/),
    ]);
  });

  it('with the credential of one store leaves the other out, with a warning', () => {
    const { stores, warnings } = loadConfig({ VAULT_URL: URL, OPENBAO_TOKEN: 'root' });
    expect(stores.openbao?.url).toBe(URL);
    expect(stores.hashicorp).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/HASHICORP_ has no credential/)]);
  });

  it('with token and AppRole both under VAULT_ is ambiguous', () => {
    const problems = configProblems({
      VAULT_URL: URL,
      VAULT_TOKEN: 't',
      VAULT_ROLE_ID: 'r',
      VAULT_SECRET_ID: 's',
    });
    expect(problems).toEqual([expect.stringMatching(/^VAULT_TOKEN and VAULT_ROLE_ID are both set/)]);
  });
});
