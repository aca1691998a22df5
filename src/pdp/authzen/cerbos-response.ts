import { isJsonObject } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import { readObligations, tightestObligations } from '../obligations.js';
import type { Obligations } from '../obligations.js';
import type { Evaluation } from './authzen-question.js';

/**
 * What Cerbos adds to a decision where its context asks for it (`"cerbos.includeMeta": true`): the response of its own API, in
 * which a rule's outputs are the obligations. In a batch every element repeats the results of all, so ours is picked by
 * resource and action (tried on Cerbos 0.55).
 */
export class CerbosResponse {
  /** Results on our resource; `unreadable` where there is a response that is not of that form. */
  private readonly results: readonly JsonObject[] | 'unreadable';
  private readonly action: string;

  /** @param response `context["cerbos.response"]`; undefined where the decision point is not Cerbos or was not asked for it */
  constructor(response: JsonValue | undefined, { action, resource }: Evaluation) {
    this.action = action.name;
    this.results = response === undefined ? [] : (findResults(response, resource) ?? 'unreadable');
  }

  /** Whether Cerbos decided the other way than the element says: then it answers another question. */
  get contradictsPermit(): boolean {
    if (this.results === 'unreadable') return false;
    const effects = this.results.map(({ actions }) =>
      isJsonObject(actions) ? actions[this.action] : undefined,
    );
    return effects.some((effect) => effect !== undefined && effect !== 'EFFECT_ALLOW');
  }

  get obligations(): Obligations {
    if (this.results === 'unreadable') return 'unknown';
    const read = this.results.map(({ outputs }) => {
      if (outputs === undefined) return readObligations(undefined);
      return Array.isArray(outputs)
        ? tightestObligations(outputs.map((output) => this.readOutput(output)))
        : 'unknown';
    });
    return tightestObligations(read);
  }

  private readOutput(output: JsonValue): Obligations {
    if (!isJsonObject(output)) return 'unknown';
    // Without an action it cannot be told whose it is: then it binds every one.
    const isOurs = output['action'] === undefined || output['action'] === this.action;
    if (!isOurs) return readObligations(undefined);
    // In place of `val` stands `error` where the policy could not evaluate its output.
    return output['error'] === undefined && output['val'] !== undefined
      ? readObligations(output['val'])
      : 'unknown';
  }
}

/** Undefined where the response tells nothing about our resource, though we have a decision on it. */
function findResults(response: JsonValue, resource: Evaluation['resource']): JsonObject[] | undefined {
  const results = isJsonObject(response) ? response['results'] : undefined;
  if (!Array.isArray(results)) return undefined;
  const ours = results.filter((result): result is JsonObject => isAbout(result, resource));
  return ours.length > 0 ? ours : undefined;
}

function isAbout(result: JsonValue, { id, type }: Evaluation['resource']): boolean {
  const about = isJsonObject(result) ? result['resource'] : undefined;
  if (!isJsonObject(about) || about['id'] !== id) return false;
  return about['kind'] === undefined || about['kind'] === type;
}
