import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { isSafeTransport } from '../config/safe-transport.js';

/** Far over what issuers publish; a chain of certificates beside each key fits. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;

/**
 * Fetches the key set of the issuer from where it is configured, or from where the issuer's metadata say (OpenID
 * Connect Discovery 4, else RFC 8414 3). Follows no redirect, reads no more than 1 MiB.
 */
@Injectable()
export class KeySource {
  private discovered: URL | undefined;

  constructor(@Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'auth' | 'environment'>) {}

  /**
   * @param signal bounds the time of everything together
   * @returns a JSON text whose `keys` is a list
   * @throws Error where the issuer gives none; its message is for the log
   */
  async readKeySet(signal: AbortSignal): Promise<string> {
    const { jwksUri } = this.config.auth;
    const address = jwksUri === undefined ? await this.discover(signal) : new URL(jwksUri);
    try {
      const text = await readDocument(address, signal);
      if (Array.isArray(parseObject(text)['keys'])) return text;
      throw new Error('the key set has no list of keys');
    } catch (error) {
      // The issuer may have moved its keys.
      this.discovered = undefined;
      throw error;
    }
  }

  private async discover(signal: AbortSignal): Promise<URL> {
    if (this.discovered !== undefined) return this.discovered;
    const { issuer } = this.config.auth;
    if (issuer === undefined) throw new Error('no issuer is configured');
    const metadata = parseObject(await readMetadata(issuer, signal));
    // RFC 8414 3.3: a document of another issuer must not be used.
    if (metadata['issuer'] !== issuer) throw new Error('the metadata are those of another issuer');
    const uri = metadata['jwks_uri'];
    if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('the metadata name no jwks_uri');
    const address = new URL(uri);
    if (!isSafeTransport(address, this.config.environment)) throw new Error('jwks_uri is not https');
    return (this.discovered = address);
  }
}

/** Both ways to build the address: the suffix behind the issuer, and the one between its host and its path. */
async function readMetadata(issuer: string, signal: AbortSignal): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  try {
    return await readDocument(new URL(`${origin}${path}/.well-known/openid-configuration`), signal);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return readDocument(new URL(`${origin}/.well-known/oauth-authorization-server${path}`), signal);
  }
}

async function readDocument(address: URL, signal: AbortSignal): Promise<string> {
  const headers = { Accept: 'application/json, application/jwk-set+json' };
  const response = await fetch(address, { headers, signal, redirect: 'manual' });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new StatusError(`the issuer answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_DOCUMENT_BYTES) throw new Error('the issuer sent more than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('the issuer sent no JSON object');
  return value as Record<string, unknown>;
}

class StatusError extends Error {}
