/**
 * Snapshot: the index as bytes, kept between starts.
 *
 *   magic  version  checksum  lexemes  files          five 32-bit words, little endian
 *   per lexeme: its length (8 bits) and its UTF-16 code units
 *   per file: path and stamp (16-bit length, UTF-16), names offered (32-bit count, each 32 bits),
 *             symbols (32-bit count, each 24 bits)
 *
 * Laws
 * - Decoding what was encoded gives the same. Bytes that were cut or changed are noticed by the checksum, which
 *   covers all behind it, and give undefined; nothing here throws on any bytes.
 * - Symbols are numbered by the snapshot's own lexemes, so it can be read into a vocabulary that already grew.
 * - Both ways are generators that yield every few milliseconds of work, as nobody may wait for them.
 */

export interface SnapshotFile {
  readonly path: string;
  readonly stamp: string;
  /** Lexeme times two, plus one for a default export. */
  readonly names: Uint32Array;
  readonly symbols: Uint32Array;
}

export interface Snapshot {
  readonly lexemes: readonly string[];
  readonly files: Iterable<SnapshotFile>;
}

const magic = 0x4c544857;
/** Raised whenever the lexer, the symbols or this format change. */
const version = 1;
const headerBytes = 20;
const checksumAt = 8;
const lexemesPerSlice = 4096;
const checksumSlice = 1 << 20;
/** More code units of a path or stamp do not fit their length. */
const mostUnits = 0xffff;

export function* encode(snapshot: Snapshot): Generator<void, Uint8Array> {
  const writer = new Writer();
  for (let i = 0; i < 5; i++) writer.word(0);
  for (let i = 0; i < snapshot.lexemes.length; i++) {
    const lexeme = (snapshot.lexemes[i] as string).slice(0, 255);
    writer.byte(lexeme.length);
    writer.units(lexeme);
    if (i % lexemesPerSlice === 0) yield;
  }
  let files = 0;
  for (const { path, stamp, names, symbols } of snapshot.files) {
    if (path.length > mostUnits || stamp.length > mostUnits) continue;
    for (const text of [path, stamp]) {
      writer.byte(text.length & 255);
      writer.byte(text.length >>> 8);
      writer.units(text);
    }
    writer.word(names.length);
    for (const name of names) writer.word(name);
    writer.word(symbols.length);
    writer.triples(symbols);
    files++;
    yield;
  }
  const bytes = writer.done();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(12, snapshot.lexemes.length, true);
  view.setUint32(16, files, true);
  view.setUint32(checksumAt, yield* checksum(bytes), true);
  return bytes;
}

export function* decode(
  bytes: Uint8Array,
): Generator<void, { lexemes: string[]; files: SnapshotFile[] } | undefined> {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic || view.getUint32(4, true) !== version) return undefined;
  if (view.getUint32(checksumAt, true) !== (yield* checksum(bytes))) return undefined;
  const lexemes: string[] = [];
  const files: SnapshotFile[] = [];
  const reader = new Reader(bytes, view);
  const lexemeCount = view.getUint32(12, true);
  const fileCount = view.getUint32(16, true);
  // Whoever can write a right checksum can write wrong counts: each read past the end leaves `failed` set.
  for (let i = 0; i < lexemeCount && !reader.failed; i++) {
    lexemes.push(reader.units(reader.byte()));
    if (i % lexemesPerSlice === 0) yield;
  }
  for (let i = 0; i < fileCount && !reader.failed; i++) {
    const path = reader.units(reader.byte() | (reader.byte() << 8));
    const stamp = reader.units(reader.byte() | (reader.byte() << 8));
    const names = reader.words(reader.word());
    const symbols = reader.triples(reader.word());
    const most = lexemes.length * 2;
    if (symbols.some((symbol) => symbol >= most) || names.some((name) => name >= most)) return undefined;
    files.push({ path, stamp, names, symbols });
    yield;
  }
  return reader.failed ? undefined : { lexemes, files };
}

class Writer {
  #bytes = new Uint8Array(1 << 16);
  #at = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  word(value: number): void {
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#at++] = value >>> shift;
  }

  units(text: string): void {
    this.#reserve(text.length * 2);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.#bytes[this.#at++] = unit;
      this.#bytes[this.#at++] = unit >>> 8;
    }
  }

  triples(values: Uint32Array): void {
    this.#reserve(values.length * 3);
    for (const value of values) {
      this.#bytes[this.#at++] = value;
      this.#bytes[this.#at++] = value >>> 8;
      this.#bytes[this.#at++] = value >>> 16;
    }
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    bigger.set(this.#bytes);
    this.#bytes = bigger;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = headerBytes;
  failed = false;

  constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
  }

  byte(): number {
    return this.#has(1) ? (this.#bytes[this.#at++] as number) : 0;
  }

  word(): number {
    if (!this.#has(4)) return 0;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  units(length: number): string {
    if (!this.#has(length * 2)) return '';
    let text = '';
    for (let i = 0; i < length; i++, this.#at += 2)
      text += String.fromCharCode(this.#view.getUint16(this.#at, true));
    return text;
  }

  words(count: number): Uint32Array {
    if (!this.#has(count * 4)) return new Uint32Array(0);
    return Uint32Array.from({ length: count }, () => this.word());
  }

  triples(count: number): Uint32Array {
    if (!this.#has(count * 3)) return new Uint32Array(0);
    const values = new Uint32Array(count);
    const bytes = this.#bytes;
    for (let i = 0; i < count; i++, this.#at += 3) {
      const [low, middle, high] = [bytes[this.#at], bytes[this.#at + 1], bytes[this.#at + 2]];
      values[i] = (low as number) | ((middle as number) << 8) | ((high as number) << 16);
    }
    return values;
  }

  #has(count: number): boolean {
    if (this.#at + count > this.#bytes.length) this.failed = true;
    return !this.failed;
  }
}

/** FNV-1a of everything behind the checksum: notices what a broken disk or a cut file does, no more. */
function* checksum(bytes: Uint8Array): Generator<void, number> {
  let value = 0x811c9dc5 ^ bytes.length;
  for (let i = checksumAt + 4; i < bytes.length; i++) {
    value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
    if (i % checksumSlice === 0) yield;
  }
  return value >>> 0;
}
