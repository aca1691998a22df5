import { describeNoLeaks } from './no-leaks.contract.js';

describeNoLeaks('decided inside, recorded as events, remembered in memory, at the usual level', {
  hasRedis: false,
  env: { PDP_ENGINE: 'cedar', AUDIT_FORMAT: 'cloudevents', LOG_LEVEL: 'info' },
});
