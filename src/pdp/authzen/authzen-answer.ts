import { randomUUID } from 'node:crypto';
import type { PolicyDecision } from '../../ports/policy-decision.port.js';
import { isJsonObject } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import { readObligations, tightestObligations } from '../obligations.js';
import { AuthzenFailure } from './authzen-failure.js';
import type { Evaluation } from './authzen-question.js';
import { CerbosResponse } from './cerbos-response.js';

/** Short, printable, and no address: it stands in answers and records. */
const DECISION_ID = /^(?!.*:\/\/)[\x21-\x7e]{1,128}$/;
const NONE: PolicyDecision = { effect: 'none' };

/**
 * The decisions of an Access Evaluations answer: as many as were asked, in their order.
 * @throws AuthzenFailure `count` or `order`: then none of them can be told to be ours
 */
export function readDecisions(answer: JsonObject, asked: readonly Evaluation[]): PolicyDecision[] {
  const { evaluations } = answer;
  if (!Array.isArray(evaluations)) throw new AuthzenFailure('malformed');
  if (evaluations.length !== asked.length) throw new AuthzenFailure('count');
  return asked.map((question, index) => readDecision(evaluations[index], question));
}

/**
 * One decision (AuthZEN 1.0 "Decision"); `none` where the element is not well-formed.
 * @throws AuthzenFailure `order` where the element says itself that it answers another question
 */
export function readDecision(element: JsonValue | undefined, asked: Evaluation): PolicyDecision {
  if (!isJsonObject(element)) return NONE;
  const { decision } = element;
  // Libraries that print every member write an absent context as null.
  const context = element['context'] ?? {};
  if (typeof decision !== 'boolean' || !isJsonObject(context)) return NONE;
  const cerbos = new CerbosResponse(context['cerbos.response'], asked);
  const isOther = [element, context].some((said) => isAboutAnother(said, asked));
  if (isOther || (decision && cerbos.contradictsPermit)) throw new AuthzenFailure('order');
  const decisionId = findDecisionId(context) ?? `authzen-${randomUUID()}`;
  if (!decision) return { effect: 'deny', decisionId };
  // "Errors": what failed is denied. A permit that tells of an error is neither.
  if ((context['error'] ?? null) !== null) return NONE;
  const bounds = tightestObligations([readObligations(context['obligations']), cerbos.obligations]);
  return bounds === 'unknown'
    ? { effect: 'unknown-obligation', decisionId }
    : { effect: 'permit', decisionId, bounds };
}

/** AuthZEN has no such members; some decision points repeat what they were asked. */
function isAboutAnother(said: JsonObject, { subject, action, resource }: Evaluation): boolean {
  const repeated = [
    [said['subject'], 'id', subject.id],
    [said['action'], 'name', action.name],
    [said['resource'], 'id', resource.id],
  ] as const;
  return repeated.some(([value, member, ours]) => {
    const theirs = isJsonObject(value) ? value[member] : undefined;
    return typeof theirs === 'string' && theirs !== ours;
  });
}

function findDecisionId({ decision_id: decisionId, id }: JsonObject): string | undefined {
  return [decisionId, id].find(
    (candidate): candidate is string => typeof candidate === 'string' && DECISION_ID.test(candidate),
  );
}
