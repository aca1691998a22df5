import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose';

/** A key of the issuer; its public half is published until it is withdrawn. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Parameters beside `alg`, `typ` and `kid`, or in their place. */
export type TokenHeader = {
  readonly [Name in keyof JWTHeaderParameters]?: JWTHeaderParameters[Name] | undefined;
};

/** Claims beside the usual ones, or in their place. */
export type TokenClaims = Readonly<Record<string, unknown>>;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An identity provider that does what a test says: it issues tokens with any header and claims, publishes and
 * withdraws keys, counts who asks for them, lies, and goes away.
 */
export class TestIssuer {
  readonly keys: IssuerKey[] = [];
  /** Paths that were asked for, in order. */
  readonly requests: string[] = [];
  /** Answers of single paths in place of the right ones. */
  readonly lies = new Map<string, Answer>();
  /** Behind the origin, for issuers with a path of their own. */
  path = '';
  private server: Server | undefined;
  private port = 0;

  static async start(algorithms: readonly string[] = ['ES256']): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    for (const alg of algorithms) await issuer.addKey(alg);
    await issuer.listen();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.path}`;
  }

  /** The variables of a service that believes this issuer. */
  get env(): Readonly<Record<string, string>> {
    return { OIDC_ISSUER: this.url, SECRETS_API_REQUIRE_AUTH: 'true' };
  }

  countOf(path: string): number {
    return this.requests.filter((asked) => asked === path).length;
  }

  async addKey(alg: string, kid: string = randomUUID()): Promise<IssuerKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const key = {
      kid,
      alg,
      privateKey,
      publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    };
    this.keys.push(key);
    return key;
  }

  withdraw(kid: string): void {
    this.keys.splice(
      this.keys.findIndex((key) => key.kid === kid),
      1,
    );
  }

  /** Signed with the newest key unless another one is given; a claim or parameter of undefined is left out. */
  async sign(
    claims: TokenClaims = {},
    header: TokenHeader = {},
    key: IssuerKey | undefined = this.keys.at(-1),
  ): Promise<string> {
    if (key === undefined) throw new Error('the issuer has no key');
    const protectedHeader = { alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header };
    return new SignJWT({ ...this.claims(), ...claims })
      .setProtectedHeader(protectedHeader as JWTHeaderParameters)
      .sign(key.privateKey);
  }

  claims(): JWTPayload {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    return {
      iss: this.url,
      sub: 'user-1',
      aud: 'crud.secrets',
      client_id: 'client-1',
      iat: nowSeconds,
      exp: nowSeconds + 300,
      jti: randomUUID(),
      scope:
        'secrets.read secrets.write secrets.delete secrets.destroy secrets.rotate secrets.read_metadata secrets.set_owner',
    };
  }

  /** On the port that it had before, if it had one. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => this.answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.push(path);
    const lie = this.lies.get(path);
    if (lie !== undefined) lie(request, response);
    else if (path === `${this.path}/.well-known/openid-configuration`) {
      sendJson(response, { issuer: this.url, jwks_uri: `${this.url}/jwks` });
    } else if (path === `${this.path}/jwks`) {
      sendJson(response, { keys: this.keys.map(({ publicJwk }) => publicJwk) });
    } else response.writeHead(404).end();
  }
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
