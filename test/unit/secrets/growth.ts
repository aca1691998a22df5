/**
 * How much longer the second of two actions takes: the best of several rounds each, so that a busy machine does not
 * decide. A ratio tells linear from quadratic on any machine; seconds do not.
 */
export function growth(small: () => unknown, large: () => unknown): number {
  const rounds = Array.from({ length: 5 }, () => [durationMs(small), durationMs(large)] as const);
  const best = (index: 0 | 1): number => Math.min(...rounds.map((round) => round[index]));
  return best(1) / Math.max(best(0), 0.001);
}

function durationMs(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
