import { join } from 'node:path';
import { withPlaceholders } from '../support/doc-answers.js';
import { DocBlocks } from '../support/doc-blocks.js';
import { describeBehind } from './describe-behind.js';
import { findFreePort } from './gateway-process.js';

describeBehind('nginx', (binary) => {
  describe('docs/how-to/client-certificates.md', () => {
    let page: DocBlocks;
    let ports: { service: number; idp: number; idpTls: number; nginx: number; serviceTls: number };
    let env: Record<string, string>;

    beforeAll(async () => {
      const [service = 0, idp = 0, idpTls = 0, nginx = 0, serviceTls = 0] = await Promise.all(
        Array.from({ length: 5 }, findFreePort),
      );
      ports = { service, idp, idpTls, nginx, serviceTls };
      const onPage = { 9100: service, 9200: idp, 9243: idpTls, 9443: nginx, 9444: serviceTls };
      page = new DocBlocks('docs/how-to/client-certificates.md', onPage);
      // Debian keeps nginx where only root looks.
      env = { DIR: page.folder, PATH: `${process.env['PATH'] ?? ''}:${join(binary, '..')}` };
    });
    afterAll(() => page.close());

    it('works when copied, and answers as printed', async () => {
      const [
        certificates = '',
        gateway = '',
        idp = '',
        service = '',
        client = '',
        withoutGateway = '',
        ...others
      ] = page.of('sh');
      expect(others).toEqual([]);
      expect(await page.run(certificates, env)).toEqual([]);
      const yaml = (name: string): Record<string, string> => ({
        ...env,
        YAML_VAULT_PATH: join(page.folder, name),
      });
      await page.start(gateway, env, ports.nginx);
      await page.start(idp, env, ports.idpTls);
      await page.start(service, { ...yaml('a.yaml'), PORT: String(ports.service) }, ports.service);
      const answers = withPlaceholders(page.answers());
      expect(await page.run(client, env)).toEqual(answers);
      await page.start(withoutGateway, yaml('b.yaml'), ports.serviceTls);
      const direct = client.replaceAll(String(ports.nginx), String(ports.serviceTls));
      expect(await page.run(direct, env)).toEqual(answers);
    }, 180_000);
  });
});
