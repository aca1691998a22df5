import { Pool } from 'undici';
import type { StoredVersion, Values } from '../history/operation.js';

const AT_ONCE = 16;

interface StoreMetadata {
  readonly versions: Readonly<
    Record<string, { readonly deletion_time: string; readonly destroyed: boolean }>
  >;
}

/** Reads what a KV version 2 store has, past the service. */
export class StoredVersions {
  private readonly pool: Pool;

  constructor(
    origin: string,
    private readonly token: string,
    private readonly mount = 'secret',
  ) {
    this.pool = new Pool(origin, { connections: AT_ONCE });
  }

  /** So many versions of each secret are kept. */
  async keep(versions: number): Promise<void> {
    await this.call('POST', 'config', { max_versions: versions });
  }

  /** All versions in ascending order, none where the secret never came to be. Deleted ones are brought back for it. */
  async read(path: string): Promise<StoredVersion[]> {
    const { versions } = ((await this.call('GET', `metadata/${path}`)) ?? { versions: {} }) as StoreMetadata;
    const numbers = Object.keys(versions).map(Number).sort((a, b) => a - b); // prettier-ignore
    const deleted = numbers.filter((number) => versions[number]?.deletion_time !== '');
    if (deleted.length > 0) await this.call('POST', `undelete/${path}`, { versions: deleted });
    const read = async (version: number): Promise<StoredVersion> => {
      const found = (await this.call('GET', `data/${path}?version=${version}`)) as { data: Values };
      return { version, values: found.data, isDeleted: deleted.includes(version) };
    };
    const stored: StoredVersion[] = [];
    for (let start = 0; start < numbers.length; start += AT_ONCE)
      stored.push(...(await Promise.all(numbers.slice(start, start + AT_ONCE).map(read))));
    return stored;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const answer = await this.pool.request({
      method,
      path: `/v1/${this.mount}/${path}`,
      headers: { 'x-vault-token': this.token, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 404) return undefined;
    if (answer.statusCode > 299) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as { data: unknown }).data;
  }
}
