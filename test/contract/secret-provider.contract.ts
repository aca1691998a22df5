import type { ProviderUnderTest } from './provider-bench.js';
import { ProviderBench } from './provider-bench.js';
import { listingCases } from './cases/listing.cases.js';
import { metadataCases } from './cases/metadata.cases.js';
import { namesAndKeysCases } from './cases/names-and-keys.cases.js';
import { preconditionCases } from './cases/precondition.cases.js';
import { readingAndWritingCases } from './cases/reading-and-writing.cases.js';
import { removingCases } from './cases/removing.cases.js';
import { softDeletionCases } from './cases/soft-deletion.cases.js';
import { versionsCases } from './cases/versions.cases.js';

export interface ProviderTraits {
  /** Runs the cases of stores with versions too; without it, those of stores that have none. */
  readonly versioned: boolean;
}

/**
 * What holds for every `SecretProvider`, whatever store is behind it. Each case has a folder of its own, so that one
 * started provider serves all of them.
 * @param start called once before the cases; its `stop` once after them
 */
export function describeSecretProvider(
  name: string,
  traits: ProviderTraits,
  start: () => Promise<ProviderUnderTest>,
): void {
  describe(`SecretProvider contract: ${name}`, () => {
    let under: ProviderUnderTest;
    let bench: ProviderBench;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.stop());
    beforeEach(() => {
      bench = new ProviderBench(under);
    });
    const current = (): ProviderBench => bench;

    readingAndWritingCases(current);
    namesAndKeysCases(current);
    removingCases(current, traits);
    preconditionCases(current, traits);
    listingCases(current);
    if (traits.versioned) {
      versionsCases(current);
      softDeletionCases(current);
      metadataCases(current);
    }
  });
}
