import { MemoryState } from '../../src/state/memory.state.js';
import { describeSharedState } from './shared-state.contract.js';

describeSharedState('shared state in memory', () => {
  const state = new MemoryState();
  return Promise.resolve({ clients: [state, state], stop: () => Promise.resolve() });
});
