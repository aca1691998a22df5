import { describeOnOpenbao } from '../../../support/openbao/describe-on-openbao.js';
import { startOpenbao } from '../../../support/openbao/openbao-server.js';
import { describeKv2Listing } from './kv2-listing.suite.js';

describeOnOpenbao('kv2 listing', (title) => {
  describeKv2Listing(title, startOpenbao, { hasScan: true });
});
