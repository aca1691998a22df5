import { findBao, NO_BAO } from './find-bao.js';

/**
 * A suite that needs the real store. Where there is none it is replaced by one case that says so, and a line on the
 * console: it neither fails (without Python there is no binary) nor looks as if it had run.
 */
export function describeOnOpenbao(title: string, suite: (titleWithVersion: string) => void): void {
  const bao = findBao();
  if (bao !== undefined) {
    suite(`${title}: OpenBao ${bao.version}`);
    return;
  }
  console.warn(`LEFT OUT: ${title} on the real OpenBao, ${NO_BAO}`);
  describe(`${title}: OpenBao`, () => {
    it(`is left out: ${NO_BAO}`, () => {
      expect(findBao()).toBeUndefined();
    });
  });
}
