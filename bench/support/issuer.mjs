import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An identity provider that publishes one ES256 key and signs what it is asked to. */
export class Issuer {
  #privateKey;
  #server;

  static async start() {
    const issuer = new Issuer();
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    issuer.#privateKey = privateKey;
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }];
    issuer.#server = createServer((asked, answer) => {
      const { url } = issuer;
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify(asked.url === '/jwks' ? { keys } : { issuer: url, jwks_uri: `${url}/jwks` }));
    });
    issuer.#server.listen(0, '127.0.0.1').unref();
    await once(issuer.#server, 'listening');
    return issuer;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** @param {object} claims beside the usual ones, `sub` among them @returns {Promise<string>} good for two hours */
  sign(claims) {
    return new SignJWT({ client_id: 'bench', scope: SCOPES, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
      .setIssuer(this.url)
      .setAudience('crud.secrets')
      .setIssuedAt()
      .setExpirationTime('2h')
      .sign(this.#privateKey);
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const SCOPES = 'read write rotate delete destroy read_metadata set_owner'.replaceAll(/\w+/g, 'secrets.$&');
