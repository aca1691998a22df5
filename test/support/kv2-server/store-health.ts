import type { StoreReply } from './store-reply.js';

/** States that `sys/health` tells apart by its status. */
export type StoreHealth =
  'active' | 'standby' | 'disaster-recovery' | 'performance-standby' | 'uninitialized' | 'sealed';

const HEALTH_STATUS: Record<StoreHealth, number> = {
  active: 200,
  standby: 429,
  'disaster-recovery': 472,
  'performance-standby': 473,
  uninitialized: 501,
  sealed: 503,
};

/** The parameters that set another status for a state. */
const CODE_PARAMETER: Record<StoreHealth, string> = {
  active: 'activecode',
  standby: 'standbycode',
  'disaster-recovery': 'drsecondarycode',
  'performance-standby': 'performancestandbycode',
  uninitialized: 'uninitcode',
  sealed: 'sealedcode',
};

/** `sys/health` needs no token and has no wrapper. */
export function describeHealth(health: StoreHealth, query: URLSearchParams): StoreReply {
  const isOpen = health !== 'sealed' && health !== 'uninitialized';
  const body = {
    initialized: health !== 'uninitialized',
    sealed: !isOpen,
    standby: health !== 'active' && health !== 'disaster-recovery',
    ...(health === 'performance-standby' ? { performance_standby: true } : {}),
    replication_performance_mode: isOpen ? 'disabled' : 'unknown',
    replication_dr_mode: health === 'disaster-recovery' ? 'secondary' : isOpen ? 'disabled' : 'unknown',
    server_time_utc: Math.floor(Date.now() / 1000),
    version: '2.7.2',
  };
  const isFine = health === 'standby' && query.get('standbyok') === 'true';
  const asked = Number(query.get(CODE_PARAMETER[health]) ?? 0);
  const status = asked || (isFine ? 200 : HEALTH_STATUS[health]);
  return { status, text: `${JSON.stringify(body)}\n` };
}
