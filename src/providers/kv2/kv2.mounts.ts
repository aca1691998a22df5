import { SecretError } from '../../secrets/secret.errors.js';
import { findObject, says } from './kv2.answer.js';
import type { Kv2Answer } from './kv2.answer.js';
import { beforehand } from './kv2.failure.js';
import { failureOfAnswer } from './kv2.failures.js';
import { mountConfigPath, mountPath } from './kv2.paths.js';
import type { Kv2Session } from './kv2.session.js';

/**
 * `kv2`: checked. `absent`: no engine there. `hidden`: the store tells this credential nothing about the mount.
 * `foreign`: another engine, or version 1, which would take `data/…` for a name and answer as if all were well.
 */
export type MountKind = 'kv2' | 'absent' | 'hidden' | 'foreign';

/** What is not as it should be is asked again soon: somebody may be mending it. */
const RECHECK_MS = 1000;

/** Checks each mount once, before its first use, to be a KV version 2 engine. */
export class Kv2Mounts {
  private readonly checks = new Map<string, Promise<MountKind>>();

  constructor(private readonly session: Kv2Session) {}

  /** Whether the mount is there for reading. @throws SecretError PROVIDER_ERROR for another engine, Kv2Failure */
  async isReadable(mount: string): Promise<boolean> {
    const kind = await this.check(mount);
    if (kind === 'foreign') throw foreign();
    // What is hidden may still be read: the store's policy decides, and an answer of version 1 is refused by its form.
    return kind !== 'absent';
  }

  /** @throws SecretError PROVIDER_ERROR, PROVIDER_DENIED, Kv2Failure */
  async requireWritable(mount: string): Promise<void> {
    const kind = await beforehand(this.check(mount));
    if (kind === 'foreign') throw foreign();
    if (kind === 'absent') throw new SecretError('PROVIDER_ERROR', 'The store has no engine at this mount.');
    if (kind === 'hidden')
      throw new SecretError(
        'PROVIDER_DENIED',
        'The store does not let the service see what kind of engine the mount is, so nothing is written to it.',
      );
  }

  private check(mount: string): Promise<MountKind> {
    const known = this.checks.get(mount);
    if (known !== undefined) return known;
    const check = this.ask(mount);
    this.checks.set(mount, check);
    const forget = (): void => void this.checks.delete(mount);
    check.then((kind) => kind !== 'kv2' && setTimeout(forget, RECHECK_MS).unref(), forget);
    return check;
  }

  private async ask(mount: string): Promise<MountKind> {
    const answer = await this.session.call({ method: 'GET', path: mountPath(mount) });
    const data = findObject(answer.body, 'data');
    if (answer.status === 200 && data !== undefined) {
      const isKv2 = data.type === 'kv' && findObject(data, 'options')?.version === '2';
      // The store finds the mount that a path lies in; a mount of two segments is not this one.
      return isKv2 && data.path === `${mount}/` ? 'kv2' : 'foreign';
    }
    // 403 with a living token: the mount is not there, or no policy names anything in it.
    if (answer.status === 403) return this.askForConfig(mount);
    throw failureOfAnswer(answer);
  }

  private async askForConfig(mount: string): Promise<MountKind> {
    const answer = await this.session.call({ method: 'GET', path: mountConfigPath(mount) });
    if (answer.status === 403) return 'hidden';
    if (isKv2Config(answer)) return 'kv2';
    if (answer.status === 404) return says(answer, /no handler for route/) ? 'absent' : 'foreign';
    if (answer.status === 200) return 'foreign';
    throw failureOfAnswer(answer);
  }
}

function isKv2Config({ status, body }: Kv2Answer): boolean {
  const data = findObject(body, 'data');
  return status === 200 && data !== undefined && 'max_versions' in data && 'cas_required' in data;
}

function foreign(): SecretError {
  return new SecretError('PROVIDER_ERROR', 'The mount of the address is not a KV version 2 engine.');
}
