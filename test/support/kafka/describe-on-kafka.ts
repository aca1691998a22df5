import { findKafka } from '../../../scripts/find-kafka.mjs';

export const NO_KAFKA =
  'no Kafka server: "npm run kafka:install" puts one into .kafka/, and Java 17 runs it (Debian: openjdk-17-jre-headless)';

/**
 * A suite that needs a real Kafka. Where there is none it is replaced by one case that says so, and a line on the
 * console: it neither fails nor looks as if it had run.
 */
export function describeOnKafka(title: string, suite: (titleWithVersion: string) => void): void {
  const kafka = findKafka();
  if (kafka !== undefined) {
    suite(`${title}: Kafka ${kafka.version}`);
    return;
  }
  console.warn(`LEFT OUT: ${title} on a real Kafka, ${NO_KAFKA}`);
  describe(`${title}: Kafka`, () => {
    it(`is left out: ${NO_KAFKA}`, () => {
      expect(findKafka()).toBeUndefined();
    });
  });
}
