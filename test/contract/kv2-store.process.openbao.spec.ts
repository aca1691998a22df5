import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeOnOpenbao } from '../support/openbao/describe-on-openbao.js';
import { findBao } from '../support/openbao/find-bao.js';
import { findFreePortPair } from '../support/openbao/openbao-process.js';
import { startOpenbao } from '../support/openbao/openbao-server.js';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: no such process
  }
}

// Windows has no signal that makes a process pause.
const itPauses = process.platform === 'win32' ? it.skip : it;

/** The life of the real server's process in the hands of a test. */
describeOnOpenbao('OpenBao process', (title) => {
  describe(title, () => {
    it('is killed when the process that started it is killed', async () => {
      const { path } = findBao() ?? { path: '' };
      const port = String(await findFreePortPair());
      const guard = fileOf('../../scripts/bao-guard.mjs');
      const holder = spawn(
        process.execPath,
        [fileOf('../support/openbao/hold-openbao.mjs'), guard, path, port],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const [said] = (await once(holder.stdout, 'data')) as [Buffer];
      const pid = Number(said.toString());
      expect(isRunning(pid)).toBe(true);
      holder.kill('SIGKILL');
      for (let waited = 0; isRunning(pid) && waited < 5_000; waited += 50) await sleep(50);
      expect(isRunning(pid)).toBe(false);
    });

    it('stops, and refuses connections after that', async () => {
      const store = await startOpenbao();
      expect((await store.request('GET', '/sys/health')).status).toBe(200);
      await store.kill9();
      await expect(store.request('GET', '/sys/health')).rejects.toThrow('ECONNREFUSED');
    });

    itPauses('is silent while it is paused, and answers after that', async () => {
      const store = await startOpenbao();
      try {
        await store.pause();
        const answer = store.request('GET', '/sys/health');
        const first = await Promise.race([answer, sleep(300, 'silent')]);
        expect(first).toBe('silent');
        store.resume();
        expect((await answer).status).toBe(200);
      } finally {
        await store.stop();
      }
    });

    it('says what is wrong when the port is taken', async () => {
      const store = await startOpenbao();
      try {
        const second = startOpenbao({ port: Number(new URL(store.url).port) });
        await expect(second).rejects.toThrow(/address already in use/);
      } finally {
        await store.stop();
      }
    });
  });
});
