import { readFile, rename, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { StoreSetup } from '../../support/kv2-server/store-setup.js';
import { SETUP_HEADER } from '../../support/kv2-server/store-setup.js';
import type { StoreName, Values } from './move-case.js';

interface Place {
  readonly store: StoreName;
  readonly path: string;
}

const BROKEN = '\n"broken\n';
const QUIET = { headers: { [SETUP_HEADER]: 'true' } };

/** What stands in the store and in the YAML file, past the service. */
export class StoredSecrets {
  constructor(
    private readonly store: StoreSetup,
    readonly yamlPath: string,
  ) {}

  /** The latest version where it is live. */
  async find({ store, path }: Place): Promise<Values | undefined> {
    if (store === 'yaml') {
      const entries = (parse(await this.readText()) ?? {}) as Record<string, Values>;
      return entries[`secret/${path}`];
    }
    const { status, data, text } = await this.store.request('GET', `/secret/data/${path}`, undefined, QUIET);
    if (status === 200) return data.data as Values;
    if (status === 404) return undefined;
    throw new Error(`${path}: ${status} ${text}`);
  }

  /** A version more, whatever is there. */
  async writeToStore(path: string, values: Values): Promise<void> {
    const { status, text } = await this.store.request(
      'POST',
      `/secret/data/${path}`,
      { data: values },
      QUIET,
    );
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  }

  /** As an editor does it that knows of no lock. */
  async editFile(from: string, to: string): Promise<void> {
    const text = await this.readText();
    if (!text.includes(from)) throw new Error('what is to be edited is not in the file');
    await this.save(text.replaceAll(from, to));
  }

  async breakFile(): Promise<void> {
    await this.save((await this.readText()) + BROKEN);
  }

  async mendFile(): Promise<void> {
    const text = await this.readText();
    if (text.includes(BROKEN)) await this.save(text.replaceAll(BROKEN, ''));
  }

  private async readText(): Promise<string> {
    return readFile(this.yamlPath, 'utf8');
  }

  private async save(text: string): Promise<void> {
    await writeFile(`${this.yamlPath}.edited`, text);
    await rename(`${this.yamlPath}.edited`, this.yamlPath);
  }
}
