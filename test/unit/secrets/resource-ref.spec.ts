import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { resourceRef } from '../../../src/secrets/resource-ref.js';
import { Sealed } from '../../../src/secrets/sealed.js';
import { SecretPrefix } from '../../../src/secrets/secret-prefix.js';
import { SecretUri } from '../../../src/secrets/secret-uri.js';

const salt = (text: string): Sealed<KeyObject> => new Sealed(createSecretKey(Buffer.from(text, 'utf8')));

describe('resourceRef', () => {
  // Computed by Python's hmac and hashlib, the first by `openssl dgst -sha256 -hmac 'a tenant salt' -binary` too.
  it.each([
    ['a tenant salt', 'openbao+kv2://secret/app/api#token', '96wiUMdPXLSAQymWm1z2n3dwqvDRqLBgOI8qCNBqnOk'],
    ['a tenant salt', 'openbao+kv2://secret/app/api', 'dePnDTg1AQAUqHMPNTw_3BeubLMYL0xgupLIKbd7i-M'],
    ['a tenant salt', 'yaml://secret/my%20app/caf\u00e9', 'ie-p8RSXVV15u_C8F9ztcXSQfwz5_3kw2A2yPg-sV1Q'],
    ['s\u00e4lz', 'openbao+kv2://secret/app/api#token', 'Jz_xMrApxcn73yz6hbIc4IlngPhL5Rjf-F0TM-jtFYc'],
    ['s\u00e4lz', 'yaml://secret/my%20app/caf\u00e9', 'Weh8RDtgqJ0XHcJrjQ_sBd5xPK9T24pjO4rK58asiFU'],
  ])('with the salt %j of %s is the HMAC of the canonical address', (text, uri, expected) => {
    expect(resourceRef(salt(text), SecretUri.parse(uri))).toBe(expected);
  });

  it('is the same for every spelling of an address and for every version', () => {
    const spellings = [
      'openbao+kv2://secret/app/api?version=3#token',
      'openbao+kv2://secret/app/api#token?version=4',
      'OPENBAO+KV2://%73ecret/app/%61pi#%74oken',
    ];
    expect(spellings.map((uri) => resourceRef(salt('a tenant salt'), SecretUri.parse(uri)))).toEqual(
      spellings.map(() => '96wiUMdPXLSAQymWm1z2n3dwqvDRqLBgOI8qCNBqnOk'),
    );
  });

  it('of a prefix is taken over its form with the closing slash', () => {
    for (const prefix of ['yaml://secret/app/', 'yaml://secret/app/*', 'yaml://secret/app']) {
      expect(resourceRef(salt('a tenant salt'), SecretPrefix.parse(prefix))).toBe(
        '4GgFwo69gb5uec9MezB4p08F9E6SSixi3hWNGcfzx5o',
      );
    }
  });
});
