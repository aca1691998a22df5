import { createApp } from '../../../support/create-app.js';
import type { RunningApp } from '../../../support/create-app.js';
import { withPlaceholders } from '../../../support/doc-answers.js';
import { DocBlocks } from '../../../support/doc-blocks.js';
import { CLIENT, RESOURCE, startOidcProvider } from '../../../support/oidc-provider/start-oidc-provider.js';
import type { OidcProvider } from '../../../support/oidc-provider/start-oidc-provider.js';

describe('docs/how-to/dpop.md', () => {
  const page = new DocBlocks('docs/how-to/dpop.md');
  let provider: OidcProvider;
  let running: RunningApp;

  beforeAll(async () => {
    provider = await startOidcProvider();
    running = await createApp({ OIDC_ISSUER: provider.url, SECRETS_ENFORCE_SCOPES: 'true' });
  });
  afterAll(async () => {
    await running.close();
    await provider.close();
    await page.close();
  });

  it('works when copied, and answers as printed', async () => {
    const [program = '', ...others] = page.of('js');
    expect(others).toEqual([]);
    page.write('read-secret.mjs', program);
    const answers = await page.run(page.of('sh').join('\n'), {
      API: running.url,
      TOKEN_URL: `${provider.url}/token`,
      CLIENT_ID: CLIENT.client_id,
      CLIENT_SECRET: CLIENT.client_secret,
      TOKEN_FORM: `grant_type=client_credentials&resource=${RESOURCE}&scope=secrets.read+secrets.write`,
    });
    expect(answers).toEqual(withPlaceholders(page.answers()));
    expect(answers).toHaveLength(4);
  }, 60_000);
});
