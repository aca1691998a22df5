import type { ChunkAnswer } from './cedar-runtime.js';
import type { CompiledPolicy } from './compiled-policy.js';

/**
 * The answers of a slice's chunks as one. Cedar permits where a permit is satisfied and no forbid is, whatever policies are
 * asked together, so asking them in pieces gives the same (Cedar: "How Cedar authorization works").
 */
export class SliceAnswer {
  private isForbidden = false;
  private readonly permits: CompiledPolicy[] = [];
  readonly failed: CompiledPolicy[] = [];

  add({ allows, determining, failed }: ChunkAnswer): void {
    this.failed.push(...failed);
    if (allows) this.permits.push(...determining);
    else if (determining.length > 0) this.isForbidden = true;
  }

  /**
   * The satisfied permits, where they decide: none where a forbid is satisfied, and none where any policy failed. Cedar would
   * leave a failed one out, and with it a forbid that was meant to hold.
   */
  get determining(): readonly CompiledPolicy[] {
    return this.isForbidden || this.failed.length > 0 ? [] : this.permits;
  }
}
