import { SharedState } from '../../src/ports/shared-state.port.js';
import { MemoryState } from '../../src/state/memory.state.js';
import { createApp } from '../support/create-app.js';

describe('the service without REDIS_URL', () => {
  it('keeps its state in memory and says nothing of it', async () => {
    const app = await createApp();
    const answer = await app.http.get('/health/ready');
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['status', 'stores']]);
    expect(app.app.get(SharedState, { strict: false })).toBeInstanceOf(MemoryState);
    await app.close();
  });
});
