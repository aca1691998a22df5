/** One field of a message: a number, or the bytes of a text or of a message inside. */
export type FieldValue = bigint | Buffer;

/** The fields of a protobuf message by their numbers, each as often as it came. */
export function readFields(bytes: Buffer): ReadonlyMap<number, readonly FieldValue[]> {
  const fields = new Map<number, FieldValue[]>();
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new Error('the message is cut off');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('the message is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const readValue = (wireType: number): FieldValue => {
    if (wireType === 0) return readVarint();
    if (wireType === 1) return take(8).readBigUInt64LE();
    if (wireType === 2) return take(Number(readVarint()));
    if (wireType === 5) return BigInt(take(4).readUInt32LE());
    throw new Error(`no wire type ${wireType}`);
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, [...values, readValue(tag & 7)]);
  }
  return fields;
}
