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

/** `sys/health` needs no token and has no wrapper. */
export function describeHealth(health: StoreHealth): StoreReply {
  const isOpen = health !== 'sealed' && health !== 'uninitialized';
  const body = {
    initialized: health !== 'uninitialized',
    sealed: !isOpen,
    standby: health !== 'active' && health !== 'disaster-recovery',
    performance_standby: health === 'performance-standby',
    replication_performance_mode: isOpen ? 'disabled' : 'unknown',
    replication_dr_mode: health === 'disaster-recovery' ? 'secondary' : isOpen ? 'disabled' : 'unknown',
    server_time_utc: Math.floor(Date.now() / 1000),
    version: '2.7.2',
  };
  return { status: HEALTH_STATUS[health], text: `${JSON.stringify(body)}\n` };
}
