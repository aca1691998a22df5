import type { ServerResponse } from 'node:http';
import { writeEndless, writeHalf, writeReply } from './reply-writer.js';
import type { StoreFault } from './store-faults.js';
import { refuse } from './store-reply.js';
import type { StoreReply } from './store-reply.js';

type PlayedFault = Exclude<StoreFault, { kind: 'delay' }>;

/** @param handle does what was asked, for the faults that come after that */
export function playFault(fault: PlayedFault, handle: () => StoreReply, outgoing: ServerResponse): void {
  switch (fault.kind) {
    case 'status-after':
      handle();
      writeReply(outgoing, {
        status: fault.status,
        text: fault.body ?? refuse(fault.status, 'internal error').text ?? '',
      });
      break;
    case 'status':
      writeReply(outgoing, { ...fault, text: fault.body ?? refuse(fault.status).text ?? '' });
      break;
    case 'silence-after':
      handle();
      break;
    case 'silence':
      break;
    case 'reset-after':
      handle();
      resetConnection(outgoing);
      break;
    case 'reset-before':
      resetConnection(outgoing);
      break;
    case 'html':
      writeReply(outgoing, {
        status: fault.status ?? 200,
        contentType: 'text/html',
        text: '<html><body>Welcome</body></html>',
      });
      break;
    case 'endless':
      writeEndless(outgoing, fault.bytes ?? Infinity);
      break;
    case 'close-mid-answer':
      writeHalf(outgoing, handle());
      break;
    case 'redirect':
      writeReply(outgoing, {
        status: fault.status ?? 307,
        headers: { Location: fault.location },
        text: '',
      });
      break;
    default:
      fault satisfies never;
  }
}

function resetConnection(outgoing: ServerResponse): void {
  const socket = outgoing.socket;
  // TLS sockets know no reset.
  if (socket !== null && 'resetAndDestroy' in socket && !('encrypted' in socket)) socket.resetAndDestroy();
  else socket?.destroy();
}
