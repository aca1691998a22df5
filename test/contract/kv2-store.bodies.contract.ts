import type { StoreCaseContext } from './kv2-store.contract.js';

/** What JSON becomes in the store, and what it refuses to read. */
export function describeStoreBodies({ store, newName }: StoreCaseContext): void {
  const rawOf = async (name: string): Promise<string> => {
    const { text } = await store().request('GET', `/secret/data/${name}`);
    return text.slice(
      text.indexOf('"data":{"data":') + '"data":{"data":'.length,
      text.indexOf(',"metadata":'),
    );
  };

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['-9007199254740993', '-9007199254740992'],
    ['1e-400', '0'],
    ['1e21', '1e+21'],
    ['100000000000000000000', '100000000000000000000'],
    ['999999999999999999999', '1e+21'],
    ['-0', '-0'],
    ['1.0', '1'],
    ['1E5', '100000'],
    ['0.1000000000000000055', '0.1'],
    ['0.000001', '0.000001'],
    ['1e-7', '1e-7'],
    ['5e-324', '5e-324'],
    ['1.7976931348623157e308', '1.7976931348623157e+308'],
    ['18446744073709551615', '18446744073709552000'],
    ['123456789012345678901234567890', '1.2345678901234568e+29'],
  ])('stores the number %s as the double %s', async (given, kept) => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, `{"data":{"n":${given}}}`);
    expect(await rawOf(name)).toBe(`{"n":${kept}}`);
  });

  it('rounds numbers that a patch was not asked to touch', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, '{"data":{"a":9007199254740993,"b":"x"}}');
    await store().request('PATCH', `/secret/data/${name}`, { data: { b: 'y' } });
    expect(await rawOf(name)).toBe('{"a":9007199254740992,"b":"y"}');
  });

  it('refuses a number that no double can hold', async () => {
    const refused = await store().request('POST', `/secret/data/${newName()}`, '{"data":{"n":1e400}}');
    expect([refused.status, refused.errors]).toEqual([
      400,
      ['failed to decode JSON input: json: cannot unmarshal number 1e400 into Go value of type float64'],
    ]);
  });

  it('takes 1000 strings with keys and "data", and no more', async () => {
    const map = (count: number, value: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
    const write = (data: unknown) => store().request('POST', `/secret/data/${newName()}`, { data });
    expect((await write(map(999, 1))).status).toBe(200);
    expect((await write(map(499, 'v'))).status).toBe(200);
    expect((await write({ list: Array(998).fill('s') })).status).toBe(200);
    expect((await write({ list: Array(20_000).fill(1) })).status).toBe(200);
    for (const data of [map(1000, 1), map(500, 'v'), { list: Array(999).fill('s') }]) {
      const refused = await write(data);
      expect([refused.status, refused.errors]).toEqual([
        400,
        ['refused JSON input due to high complexity: exceeded maximum number of strings'],
      ]);
    }
  });

  it('counts strings after a patch by the patch alone', async () => {
    const name = newName();
    const half = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`${prefix}${index}`, 1]));
    await store().request('POST', `/secret/data/${name}`, { data: half('a') });
    expect((await store().request('PATCH', `/secret/data/${name}`, { data: half('b') })).status).toBe(200);
    const { data } = await store().request('GET', `/secret/data/${name}`);
    expect(Object.keys(data.data as object)).toHaveLength(1400);
  });

  it('takes a depth of 300 and refuses one over 10000', async () => {
    const nested = (depth: number) => `{"data":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    expect((await store().request('POST', `/secret/data/${newName()}`, nested(300))).status).toBe(200);
    const refused = await store().request('POST', `/secret/data/${newName()}`, nested(9_999));
    expect([refused.status, refused.errors]).toEqual([
      400,
      ['failed to decode JSON input: exceeded max depth'],
    ]);
  });

  it('takes 4 MB and refuses a body over 32 MiB', async () => {
    const write = (bytes: number) =>
      store().request('POST', `/secret/data/${newName()}`, { data: { a: 'x'.repeat(bytes) } });
    expect((await write(4_000_000)).status).toBe(200);
    const refused = await write(33_554_432);
    expect([refused.status, refused.errors]).toEqual([413, ['http: request body too large']]);
  });

  it('keeps any key, sorts keys by bytes and escapes the characters of HTML', async () => {
    const name = newName();
    const data = '{"z":"<a>&\'","é":1,"__proto__":{"k":1},"":"empty","B":true,"a":[{"y":null,"x":1}]}';
    await store().request('POST', `/secret/data/${name}`, `{"data":${data}}`);
    expect(await rawOf(name)).toBe(
      '{"":"empty","B":true,"__proto__":{"k":1},"a":[{"x":1,"y":null}],"z":"\\u003ca\\u003e\\u0026\'","é":1}',
    );
  });

  it('keeps control characters and pairs of surrogates, and replaces a lone one', async () => {
    const name = newName();
    const data = '{"a":"\\u0000\\u0001\\u007f\\n\\t\\\\\\u2028\\ud83d\\ude00","b":"\\ud800"}';
    await store().request('POST', `/secret/data/${name}`, `{"data":${data}}`);
    const read = await store().request('GET', `/secret/data/${name}`);
    expect(read.data.data).toEqual({ a: '\u0000\u0001\u007f\n\t\\\u2028😀', b: '\ufffd' });
  });

  it('lets the last of two equal keys win', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, '{"data":{"a":1},"data":{"b":1,"b":2}}');
    expect(await rawOf(name)).toBe('{"b":2}');
  });

  it.each([
    '{broken',
    '{"data":{"a":1}',
    '{"data":{"a":1,}}',
    '{"data":{"a":01}}',
    '[]',
    '"text"',
    '{"data":{}} x',
  ])('answers 400 to %s', async (body) => {
    const refused = await store().request('POST', `/secret/data/${newName()}`, body);
    expect(refused.status).toBe(400);
    expect(refused.errors[0]).toMatch(/^failed to decode JSON input: /);
  });

  it('reads JSON whatever the content type says', async () => {
    const name = newName();
    const options = { headers: { 'Content-Type': 'text/plain' } };
    expect((await store().request('POST', `/secret/data/${name}`, { data: { a: 1 } }, options)).status).toBe(
      200,
    );
  });

  it('warns of a field that it does not know', async () => {
    const written = await store().request('POST', `/secret/data/${newName()}`, { data: {}, bogus: 1 });
    expect(written.body?.warnings).toEqual(['Endpoint ignored these unrecognized parameters: [bogus]']);
  });
}
