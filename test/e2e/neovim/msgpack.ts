/** MessagePack, as much of it as Neovim's RPC uses (https://github.com/msgpack/msgpack/blob/master/spec.md). */

export function encode(value: unknown): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

/** One value from the start of the bytes and where it ends, or nothing while there are too few of them. */
export function decode(bytes: Buffer): { readonly value: unknown; readonly end: number } | undefined {
  const reader = new Reader(bytes);
  try {
    const value = reader.read();
    return { value, end: reader.at };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // Buffer's own complaint about reading past the end
    throw error;
  }
}

function write(value: unknown, parts: Buffer[]): void {
  if (value === null || value === undefined) parts.push(Buffer.from([0xc0]));
  else if (typeof value === 'boolean') parts.push(Buffer.from([value ? 0xc3 : 0xc2]));
  else if (typeof value === 'number' && Number.isInteger(value))
    parts.push(head(0xd3, 8, (b) => b.writeBigInt64BE(BigInt(value), 1)));
  else if (typeof value === 'number') parts.push(head(0xcb, 8, (b) => b.writeDoubleBE(value, 1)));
  else if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    parts.push(
      head(0xdb, 4, (b) => b.writeUInt32BE(bytes.length, 1)),
      bytes,
    );
  } else if (Array.isArray(value)) {
    parts.push(head(0xdd, 4, (b) => b.writeUInt32BE(value.length, 1)));
    for (const one of value) write(one, parts);
  } else if (typeof value === 'object') {
    const entries = Object.entries(value);
    parts.push(head(0xdf, 4, (b) => b.writeUInt32BE(entries.length, 1)));
    for (const [key, one] of entries) {
      write(key, parts);
      write(one, parts);
    }
  } else throw new TypeError(`MessagePack has no ${typeof value}`);
}

function head(tag: number, size: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = tag;
  fill(bytes);
  return bytes;
}

class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): unknown {
    const tag = this.#unsigned(1);
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.#map(tag & 0x0f);
    if (tag < 0xa0) return this.#array(tag & 0x0f);
    if (tag < 0xc0) return this.#text(tag & 0x1f);
    if (tag >= 0xe0) return tag - 0x100;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#text(this.#unsigned(1 << (tag - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#unsigned(1 << (tag - 0xc7)));
      case 0xca:
        return this.#advance(4).readFloatBE();
      case 0xcb:
        return this.#advance(8).readDoubleBE();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (tag - 0xcc));
      case 0xcf:
        return Number(this.#advance(8).readBigUInt64BE());
      case 0xd0:
      case 0xd1:
      case 0xd2:
        return this.#advance(1 << (tag - 0xd0)).readIntBE(0, 1 << (tag - 0xd0));
      case 0xd3:
        return Number(this.#advance(8).readBigInt64BE());
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(1 << (tag - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (tag - 0xdc)));
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (tag - 0xde)));
      default:
        if (tag >= 0xd4 && tag <= 0xd8) return this.#extension(1 << (tag - 0xd4));
        throw new TypeError(`no MessagePack: 0x${tag.toString(16)}`);
    }
  }

  #advance(size: number): Buffer {
    if (this.at + size > this.#bytes.length) throw new RangeError('too few bytes');
    this.at += size;
    return this.#bytes.subarray(this.at - size, this.at);
  }

  #unsigned(size: number): number {
    return this.#advance(size).readUIntBE(0, size);
  }

  #text(size: number): string {
    return this.#advance(size).toString('utf8');
  }

  /** Handles of buffers, windows and tab pages: what they hold is itself MessagePack. */
  #extension(size: number): unknown {
    this.#advance(1);
    return decode(this.#advance(size))?.value;
  }

  #array(size: number): unknown[] {
    return Array.from({ length: size }, () => this.read());
  }

  #map(size: number): Record<string, unknown> {
    return Object.fromEntries(Array.from({ length: size }, () => [String(this.read()), this.read()]));
  }
}
