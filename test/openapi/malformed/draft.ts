/** A request before it is bytes; a mutation changes one thing of it. */
export interface Draft {
  readonly method: string;
  readonly path: string;
  /** Names and values as they go over the wire. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
}

/** Bytes of UTF-8; characters of headers up to U+00FF as one byte each. */
export function toBytes({ method, path, query, headers, body }: Draft): Buffer {
  const text = query.map(([name, value]) => `${name}=${value}`).join('&');
  const hasLength = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const all = [
    ...(headers.some(([name]) => name === 'Host') ? [] : [['Host', 'x'] as const]),
    ...headers,
    ...(body === undefined || hasLength ? [] : [['Content-Length', String(body.length)] as const]),
  ];
  const head = `${method} ${path}${text === '' ? '' : `?${text}`} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

export function withHeader(draft: Draft, name: string, value: string): Draft {
  const others = draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...draft, headers: [...others, [name, value]] };
}
