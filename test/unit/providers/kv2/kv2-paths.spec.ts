import fc from 'fast-check';
import {
  dataPath,
  folderPath,
  metadataPath,
  mountConfigPath,
  mountPath,
  subkeysPath,
  versionsPath,
} from '../../../../src/providers/kv2/kv2.paths.js';
import { encodeSegment } from '../../../../src/secrets/percent-encoding.js';
import { SecretError } from '../../../../src/secrets/secret.errors.js';
import { SecretUri } from '../../../../src/secrets/secret-uri.js';

const uri = SecretUri.parse('openbao+kv2://my%20kv/app/a%3Fb%23c%25d é');

describe('paths of the KV v2 API', () => {
  it('encode each segment once', () => {
    const name = 'app/a%3Fb%23c%25d%20%C3%A9';
    expect(dataPath(uri)).toBe(`my%20kv/data/${name}`);
    expect(dataPath(uri, 3)).toBe(`my%20kv/data/${name}?version=3`);
    expect(subkeysPath(uri)).toBe(`my%20kv/subkeys/${name}?depth=1`);
    expect(subkeysPath(uri, 3)).toBe(`my%20kv/subkeys/${name}?depth=1&version=3`);
    expect(metadataPath(uri)).toBe(`my%20kv/metadata/${name}`);
    expect(versionsPath('undelete', uri)).toBe(`my%20kv/undelete/${name}`);
    expect(mountPath('my kv')).toBe('sys/internal/ui/mounts/my%20kv');
    expect(mountConfigPath('my kv')).toBe('my%20kv/config');
  });

  it('ask for folders with their closing slash', () => {
    expect(folderPath('list', 'kv', [])).toBe('kv/metadata/?list=true');
    expect(folderPath('scan', 'kv', ['a b', 'c'])).toBe('kv/metadata/a%20b/c/?scan=true');
    expect(folderPath('detailed-scan', 'kv', ['a?'])).toBe('kv/detailed-metadata/a%3F/?scan=true');
  });

  it('give back every name that an address can spell, and stay visible ASCII', () => {
    let spelled = 0;
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const address = parseOrUndefined(segments);
        if (address === undefined) return;
        spelled += 1;
        const path = dataPath(address);
        expect(path).toMatch(/^[\x21-\x7e]+$/);
        expect(path).not.toMatch(/[?#]/);
        expect(path.split('/').map(decodeURIComponent)).toEqual(['kv', 'data', ...segments]);
      }),
      { numRuns: 2000 },
    );
    expect(spelled).toBeGreaterThan(500);
  });
});

function parseOrUndefined(segments: readonly string[]): SecretUri | undefined {
  try {
    return SecretUri.parse(`openbao+kv2://kv/${segments.map(encodeSegment).join('/')}`);
  } catch (error) {
    if (error instanceof SecretError) return undefined;
    throw error;
  }
}
