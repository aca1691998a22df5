import type { MoveCase } from './move-case.js';

/** What the calls of a move are for, in their order. @param calls `METHOD path` of all of them */
export function stepNames(moving: MoveCase, calls: readonly string[]): string[] {
  const written = calls.findIndex((call) => call.startsWith('POST') && call.includes('/to'));
  return calls.map((call, index) => {
    const isSource = call.endsWith('/from') || call.includes('/from?');
    const isAfterCopy = moving.destination.store === 'yaml' ? index > 0 : index > written;
    if (call.includes('/delete/')) return 'take the source away';
    if (isSource && call.startsWith('POST')) return 'write the source without the key';
    if (isSource && index === 0) return 'read the source';
    if (isSource && call.includes('/metadata/'))
      return calls[index - 1]?.includes('/delete/') === true
        ? 'look whether it was the latest'
        : 'look at the source again';
    if (isSource) return 'read the source again';
    if (call.includes('/metadata/') && isAfterCopy) return 'stamp the copy';
    if (call.startsWith('POST')) return 'write the copy';
    return isAfterCopy ? 'look at the copy' : 'look at the destination';
  });
}
