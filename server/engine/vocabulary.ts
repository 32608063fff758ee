/**
 * Vocabulary: lexemes as small numbers.
 *
 * Laws
 * - Ids count up from 0 and never change; the same text always gives the same id.
 * - Text lives in one typed array, not as JavaScript strings: 300,000 words cost 8 MB instead of 30.
 * - When it is full, unknown text gets the id `unknown`, which stands for nothing that could be shown.
 */

/** Stands for text that is not kept: over-long words, or words met after the vocabulary was full. */
export const unknown = 0;

const maxLexemeLength = 64;
const initialSlots = 1 << 12;

export interface VocabularyLimits {
  /** Lexemes kept at most. */
  readonly lexemes: number;
  /** UTF-16 code units kept at most. */
  readonly units: number;
}

export class Vocabulary {
  readonly #limits: VocabularyLimits;
  #units = new Uint16Array(1 << 14);
  #starts = new Uint32Array(1 << 11);
  /** Next lexeme with the same first two code units, for completing a word that was begun. */
  #siblings = new Uint32Array(1 << 11);
  #siblingHeads = new Uint32Array(1 << 12);
  #counts = new Uint32Array(1 << 11);
  #slots = new Uint32Array(initialSlots);
  #size = 0;

  constructor(limits: VocabularyLimits = { lexemes: 300_000, units: 4_000_000 }) {
    this.#limits = limits;
    this.#add('', 0, 0); // id 0 is `unknown`
  }

  /** Number of ids given so far. */
  get size(): number {
    return this.#size;
  }

  /** The id of `text[start, end)`, a new one where it has none yet. */
  intern(text: string, start: number, end: number): number {
    const length = end - start;
    if (length > maxLexemeLength || length === 0) return unknown;
    const slot = this.#slotOf(text, start, end);
    const id = this.#slots[slot] as number;
    if (id !== 0) return id;
    const used = this.#starts[this.#size] as number;
    if (this.#size >= this.#limits.lexemes || used + length > this.#limits.units) return unknown;
    const added = this.#add(text, start, end);
    this.#slots[slot] = added;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return added;
  }

  /** The id of the text if it has one. */
  find(text: string): number | undefined {
    if (text.length > maxLexemeLength || text.length === 0) return undefined;
    const id = this.#slots[this.#slotOf(text, 0, text.length)] as number;
    return id === 0 ? undefined : id;
  }

  text(id: number): string {
    const start = this.#starts[id] as number;
    const end = this.#starts[id + 1] as number;
    return String.fromCharCode.apply(null, this.#units.subarray(start, end) as unknown as number[]);
  }

  length(id: number): number {
    return (this.#starts[id + 1] as number) - (this.#starts[id] as number);
  }

  /** The first code unit, 0 for `unknown`. */
  firstUnit(id: number): number {
    return id === unknown ? 0 : (this.#units[this.#starts[id] as number] as number);
  }

  startsWith(id: number, prefix: string): boolean {
    const start = this.#starts[id] as number;
    if (this.length(id) < prefix.length) return false;
    for (let i = 0; i < prefix.length; i++) if (this.#units[start + i] !== prefix.charCodeAt(i)) return false;
    return true;
  }

  /** How often the lexeme was learned. */
  count(id: number): number {
    return this.#counts[id] as number;
  }

  addCount(id: number, count: number): void {
    this.#counts[id] = (this.#counts[id] as number) + count;
  }

  /** Ids that begin with `prefix` (at least two code units), newest first, after looking at no more than `most`. */
  *completions(prefix: string, most: number): Generator<number> {
    if (prefix.length < 2) return;
    let id = this.#siblingHeads[siblingHash(prefix.charCodeAt(0), prefix.charCodeAt(1))] as number;
    for (let seen = 0; id !== 0 && seen < most; seen++) {
      if (this.startsWith(id, prefix)) yield id;
      id = this.#siblings[id] as number;
    }
  }

  #add(text: string, start: number, end: number): number {
    const id = this.#size++;
    if (id + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#siblings = grown(this.#siblings);
      this.#counts = grown(this.#counts);
    }
    let at = this.#starts[id] as number;
    while (at + (end - start) > this.#units.length) {
      const bigger = new Uint16Array(this.#units.length * 2);
      bigger.set(this.#units);
      this.#units = bigger;
    }
    for (let i = start; i < end; i++) this.#units[at++] = text.charCodeAt(i);
    this.#starts[id + 1] = at;
    if (end - start > 2) {
      const head = siblingHash(text.charCodeAt(start), text.charCodeAt(start + 1));
      this.#siblings[id] = this.#siblingHeads[head] as number;
      this.#siblingHeads[head] = id;
    }
    return id;
  }

  #slotOf(text: string, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id === 0 || this.#equals(id, text, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(id: number, text: string, start: number, end: number): boolean {
    const from = this.#starts[id] as number;
    if ((this.#starts[id + 1] as number) - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#units[from + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id < this.#size; id++) {
      let hash = 0x811c9dc5;
      const end = this.#starts[id + 1] as number;
      for (let i = this.#starts[id] as number; i < end; i++) {
        hash = Math.imul(hash ^ (this.#units[i] as number), 0x01000193);
      }
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(array.length * 2);
  bigger.set(array);
  return bigger;
}

function siblingHash(first: number, second: number): number {
  return (Math.imul(first, 61) ^ Math.imul(second, 2693)) & 0xfff;
}
