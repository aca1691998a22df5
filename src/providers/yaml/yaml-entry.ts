import type { JsonObject } from '../../secrets/json.js';
import { SecretUri } from '../../secrets/secret-uri.js';

/** One secret of the file: the key of the mapping and its map, frozen through and through. */
export class YamlEntry {
  readonly keys: readonly string[];
  #uri: SecretUri | undefined | null = null;

  constructor(
    readonly name: string,
    readonly values: JsonObject,
  ) {
    this.keys = Object.freeze(Object.keys(values));
  }

  /** Undefined where no address spells the name: no parse of an address prints it. Found out once, when asked. */
  get uri(): SecretUri | undefined {
    if (this.#uri === null) this.#uri = findUri(this.name);
    return this.#uri;
  }
}

function findUri(name: string): SecretUri | undefined {
  try {
    const uri = SecretUri.parse(`yaml://${name}`);
    return uri.name === name && uri.version === undefined && uri.fragment === undefined ? uri : undefined;
  } catch {
    return undefined;
  }
}
