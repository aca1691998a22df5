import { findCerbos, NO_CERBOS } from './find-cerbos.js';

/**
 * A suite that needs a real Cerbos. Where there is none it is replaced by one case that says so, and a line on the
 * console: it neither fails nor looks as if it had run.
 */
export function describeOnCerbos(title: string, suite: (titleWithVersion: string) => void): void {
  const cerbos = findCerbos();
  if (cerbos !== undefined) {
    suite(`${title}: Cerbos ${cerbos.version}`);
    return;
  }
  console.warn(`LEFT OUT: ${title} on a real Cerbos, ${NO_CERBOS}`);
  describe(`${title}: Cerbos`, () => {
    it(`is left out: ${NO_CERBOS}`, () => {
      expect(findCerbos()).toBeUndefined();
    });
  });
}
