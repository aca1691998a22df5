import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Grant } from '../secrets/grant.js';
import type { Sealed } from '../secrets/sealed.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { SecretPrefix } from '../secrets/secret-uri.js';

const MAC_BYTES = 16;

/**
 * Opaque cursors of a listing: where the last page ended, bound by a keyed hash to the prefix and the caller, so that
 * none can be made up or carried to another listing.
 */
export class PageCursors {
  constructor(private readonly key: Sealed<KeyObject>) {}

  /** @param position decoded path behind which the next page begins */
  print(grant: Grant<SecretPrefix>, position: string): string {
    const text = Buffer.from(position, 'utf8');
    return Buffer.concat([this.mac(grant, text), text]).toString('base64url');
  }

  /** @throws SecretError INVALID_REQUEST where the cursor was not made for this listing */
  parse(grant: Grant<SecretPrefix>, cursor: string): string {
    const bytes = Buffer.from(cursor, 'base64url');
    const text = bytes.subarray(MAC_BYTES);
    const isOurs =
      bytes.length > MAC_BYTES && timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.mac(grant, text));
    if (!isOurs) throw new SecretError('INVALID_REQUEST', 'The cursor does not belong to this listing.');
    return text.toString('utf8');
  }

  private mac({ resource, caller }: Grant<SecretPrefix>, text: Buffer): Buffer {
    const bound = JSON.stringify(['page-cursor', resource.canonical, resource.includesItself, caller]);
    return createHmac('sha256', this.key.open()).update(bound).update(text).digest().subarray(0, MAC_BYTES);
  }
}
