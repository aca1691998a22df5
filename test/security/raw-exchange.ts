import { request } from 'node:http';
import type { ApiCall } from './operation-requests.js';

/** An answer as it was on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names and values in turn, in their order and spelling. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Sends one call; a body that is not text goes as JSON, and any text is sent as it is. */
export function exchange(
  url: string,
  { method, path, body }: ApiCall,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = sent === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}/api/secrets${path}`,
      { method, headers: { ...type, ...headers }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            rawHeaders: answer.rawHeaders,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(sent);
  });
}
