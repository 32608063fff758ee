/**
 * The head of a model file: what it is called, and the context it was made for.
 * Format: GGUF, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
 */

export interface GgufHead {
  readonly name: string | undefined;
  /** Tokens the model was trained for. */
  readonly contextTokens: number | undefined;
}

/** The fields looked for stand before the vocabulary, within the first kilobytes. */
export const ggufHeadBytes = 256 * 1024;

/** From the beginning of a file; nothing where it is no GGUF. */
export function readGgufHead(bytes: Buffer): GgufHead | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 0, 4) !== 'GGUF') return undefined;
  const fields = readFields(bytes, Number(bytes.readBigUInt64LE(16)));
  const text = (key: string): string | undefined => {
    const value = fields.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const tokens = fields.get(`${text('general.architecture') ?? ''}.context_length`);
  return {
    name: text('general.name') ?? text('general.basename'),
    contextTokens: typeof tokens === 'number' && tokens > 0 ? tokens : undefined,
  };
}

const textType = 8;
const arrayType = 9;
/** Bytes of a value, by its type's number. */
const sizes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** Texts and whole numbers by key, as far as the bytes reach. */
function readFields(bytes: Buffer, count: number): ReadonlyMap<string, string | number> {
  const fields = new Map<string, string | number>();
  let at = 24;
  const take = (size: number): number => {
    // A length of a broken file may be anything.
    if (!(size >= 0) || at + size > bytes.length) throw new RangeError('the bytes end here');
    at += size;
    return at - size;
  };
  const u32 = (): number => bytes.readUInt32LE(take(4));
  const u64 = (): number => Number(bytes.readBigUInt64LE(take(8)));
  const text = (): string => {
    const length = u64();
    const start = take(length);
    return bytes.toString('utf8', start, start + length);
  };
  const value = (type: number): string | number | undefined => {
    if (type === textType) return text();
    if (type === arrayType) {
      const element = u32();
      const length = u64();
      if (element === textType) for (let i = 0; i < length; i++) text();
      else take((sizes[element] ?? Number.NaN) * length);
      return undefined;
    }
    const start = take(sizes[type] ?? Number.NaN);
    if (type === 4) return bytes.readUInt32LE(start);
    return type === 10 ? Number(bytes.readBigUInt64LE(start)) : undefined;
  };
  try {
    for (let i = 0; i < count; i++) {
      const key = text();
      const found = value(u32());
      if (found !== undefined) fields.set(key, found);
    }
  } catch {
    // What stands behind the bytes given is not needed, and a broken file is llama-server's to complain of.
  }
  return fields;
}
