/** What one round of writers left behind. */
export interface WriterRound {
  /** Statuses other than 200 and 201, with their codes. */
  readonly refused: readonly string[];
  /** Keys that are not there afterwards, or with another value. */
  readonly lost: readonly string[];
  /** Versions that the acknowledgements named, in ascending order. */
  readonly versions: readonly number[];
  /** How many acknowledgements said that the secret was new. */
  readonly created: number;
}

interface Acknowledgement {
  readonly version?: number;
  readonly created?: boolean;
  readonly code?: string;
}

/**
 * `clients` writers at once, each its own key of one secret, spread over the instances of the service.
 * @param urls origins of the instances
 * @param uri address of a secret that does not exist yet
 */
export async function writeAtOnce(
  urls: readonly string[],
  uri: string,
  clients: number,
): Promise<WriterRound> {
  const keys = Array.from({ length: clients }, (_, index) => `key-${index}`);
  const answers = await Promise.all(
    keys.map(async (key, index) => {
      const answer = await fetch(`${urls[index % urls.length]}/api/secrets`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri: `${uri}#${key}`, value: `value of ${key}` }),
      });
      return { status: answer.status, body: (await answer.json()) as Acknowledgement };
    }),
  );
  const read = await fetch(`${urls[0]}/api/secrets/value?uri=${encodeURIComponent(uri)}`);
  const values = (await read.json()) as Record<string, unknown>;
  return {
    refused: answers.filter(({ status }) => status > 201).map(({ status, body }) => `${status} ${body.code}`),
    lost: keys.filter((key) => values[key] !== `value of ${key}`),
    versions: answers.flatMap(({ body }) => body.version ?? []).sort((a, b) => a - b),
    created: answers.filter(({ body }) => body.created === true).length,
  };
}
