import type { Evaluation } from './authzen-question.js';

/** A question and its place among those that were asked together. */
export interface PlacedEvaluation {
  readonly index: number;
  readonly evaluation: Evaluation;
}

/**
 * Cuts questions into batches of at most `batchMax`. No batch holds one resource id, or one subject id, twice with anything
 * different beside the action: a decision point may look at the first and answer for both (Cerbos 0.55 does, for resources
 * and for subjects).
 */
export function planBatches(questions: readonly Evaluation[], batchMax: number): PlacedEvaluation[][] {
  const batches: PlacedEvaluation[][] = [];
  for (const layer of layersOf(questions)) {
    for (let start = 0; start < layer.length; start += batchMax) {
      batches.push(layer.slice(start, start + batchMax));
    }
  }
  return batches;
}

/** The n-th variant of a resource goes into the n-th layer; within a layer every id has one meaning. */
function layersOf(questions: readonly Evaluation[]): Iterable<PlacedEvaluation[]> {
  const layers = new Map<string, PlacedEvaluation[]>();
  const subjects = new Variants();
  const resources = new Variants();
  questions.forEach((evaluation, index) => {
    const { subject, resource, context } = evaluation;
    const layer = [
      subjects.numberOf(subject.id, subject),
      resources.numberOf(resource.id, [subject.id, resource, context]),
    ].join();
    const placed = layers.get(layer);
    if (placed === undefined) layers.set(layer, [{ index, evaluation }]);
    else placed.push({ index, evaluation });
  });
  return layers.values();
}

/** Numbers the different contents that one id was seen with. */
class Variants {
  private readonly seen = new Map<string, Map<string, number>>();

  numberOf(id: string, content: unknown): number {
    const numbers = this.seen.get(id) ?? new Map<string, number>();
    this.seen.set(id, numbers);
    const text = JSON.stringify(content);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  }
}
