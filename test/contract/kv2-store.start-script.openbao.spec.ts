import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { callStore } from '../support/kv2-server/store-http.js';
import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { findFreePortPair } from '../support/openbao/openbao-process.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/start-openbao.mjs', import.meta.url));
const SEEDED = `/api/secrets/value?uri=${encodeURIComponent('openbao+kv2://secret/app/api#token')}`;
/** The first run builds the service. */
const START_TIMEOUT_MS = 120_000;

function start(environment: Record<string, string | undefined>): {
  script: ChildProcess;
  printed: () => string;
} {
  const script = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  script.stdout.on('data', keep);
  script.stderr.on('data', keep);
  return { script, printed: () => text };
}

async function untilPrinted(running: ReturnType<typeof start>, pattern: RegExp): Promise<string> {
  const endsAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const found = pattern.exec(running.printed())?.[1];
    if (found !== undefined) return found;
    if (running.script.exitCode !== null || Date.now() > endsAt)
      throw new Error(`not started: ${running.printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The newcomer's second step: service and store by one command. */
describeOnOpenbao('npm run start:openbao', (title) => {
  describe(title, () => {
    it.each(['SIGINT', 'SIGTERM'] as const)(
      'serves a seeded secret from the real store, and %s ends both',
      async (signal) => {
        const port = await findFreePortPair();
        // What names another store is not passed on.
        const running = start({
          PORT: String(port),
          OPENBAO_URL: 'http://127.0.0.1:1',
          VAULT_NAMESPACE: 'elsewhere',
        });
        try {
          const store = await untilPrinted(running, /OpenBao \S+ \(dev, in memory\) listens on (\S+);/);
          const service = await untilPrinted(running, /Secrets API listens on (http:\S+)/);
          expect(new URL(service).port).toBe(String(port));
          const read = await callStore(service, 'GET', SEEDED, { headers: {} });
          expect([read.status, read.body]).toEqual([200, { value: 'an example from OpenBao' }]);
          expect(running.printed()).not.toMatch(/dev-[A-Za-z0-9_-]{24}|Root Token|Unseal Key/);
          const ended = once(running.script, 'exit');
          running.script.kill(signal);
          expect(await ended).toEqual([0, null]);
          for (const origin of [service, store]) {
            await expect(callStore(origin, 'GET', '/', { headers: {} })).rejects.toThrow('ECONNREFUSED');
          }
        } finally {
          running.script.kill('SIGTERM');
        }
      },
      START_TIMEOUT_MS + 20_000,
    );
  });
});
