/**
 * Mirror: an open document as the engine holds it: its text, and its lines as symbols, read when first needed.
 *
 * Laws
 * - After any edits a mirror is what a new one of the same text would be.
 * - An edit costs the lines it touches and a copy of the line index, never a new reading of the document.
 */

import type { AskDocument } from '../core/ask.ts';
import type { Edit, Replacement } from '../core/edit.ts';
import {
  lengthOf,
  lineAt,
  lineCount,
  lineEnd,
  lineStart,
  replaced,
  sliceOf,
  type Text,
  toText,
} from '../core/text.ts';
import { isBlank, lexLine } from './lexer.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Line {
  /** Units of indentation, -1 for a line of blanks. */
  readonly indent: number;
  readonly symbols: Uint32Array;
}

/** Longer lines are data; what stands further right is not read. In UTF-16 code units. */
export const maxLineUnits = 1000;

const blankLine: Line = { indent: -1, symbols: new Uint32Array(0) };

export class Mirror {
  readonly uri: string;
  readonly path: string;
  readonly languageId: string;
  readonly #vocabulary: Vocabulary;
  readonly #scratch = new Uint32Array(maxLineUnits + 1);
  #version: number;
  #text: Text;
  #lines: (Line | undefined)[];

  constructor(document: AskDocument, vocabulary: Vocabulary) {
    this.uri = document.uri;
    this.path = document.path;
    this.languageId = document.languageId;
    this.#vocabulary = vocabulary;
    this.#version = document.version;
    this.#text = toText(document.text);
    this.#lines = new Array(lineCount(this.#text)).fill(undefined);
  }

  get text(): Text {
    return this.#text;
  }

  get version(): number {
    return this.#version;
  }

  change(version: number, edit: Edit): void {
    this.#version = version;
    for (let i = edit.length - 1; i >= 0; i--) this.#replace(edit[i] as Replacement);
  }

  /** Makes the mirror hold `value`, by the one replacement between what both begin and end with. */
  become(version: number, value: string): void {
    this.#version = version;
    const old = this.#text.value;
    if (old === value) return;
    const most = Math.min(old.length, value.length);
    let head = 0;
    while (head < most && old.charCodeAt(head) === value.charCodeAt(head)) head++;
    let tail = 0;
    while (
      tail < most - head &&
      old.charCodeAt(old.length - 1 - tail) === value.charCodeAt(value.length - 1 - tail)
    )
      tail++;
    this.#replace({ start: head, end: old.length - tail, text: value.slice(head, value.length - tail) });
  }

  line(index: number): Line {
    const known = this.#lines[index];
    if (known) return known;
    const read = this.#read(index);
    this.#lines[index] = read;
    return read;
  }

  #read(index: number): Line {
    const start = lineStart(this.#text, index);
    const value = sliceOf(this.#text, start, Math.min(lineEnd(this.#text, index), start + maxLineUnits));
    const end = value.length;
    let content = 0;
    while (content < end && isBlank(value.charCodeAt(content))) content++;
    if (content === end) return blankLine;
    const out = this.#scratch;
    const length = lexLine(value, { start: content, end }, { vocabulary: this.#vocabulary, out, at: 0 });
    return { indent: content, symbols: out.slice(0, length) };
  }

  #replace(replacement: Replacement): void {
    const size = lengthOf(this.#text);
    const start = Math.max(0, Math.min(replacement.start, size));
    const end = Math.max(start, Math.min(replacement.end, size));
    const { text } = replacement;
    const before = this.#text;
    // One unit to each side: a terminator can be made or broken at both seams.
    const first = lineAt(before, Math.max(0, start - 1));
    const last = lineAt(before, Math.min(size, end + 1));
    this.#text = replaced(before, start, end, text);
    const added = lineCount(this.#text) - lineCount(before) + (last - first + 1);
    const fresh: undefined[] = new Array(added).fill(undefined);
    if (added < 1000) this.#lines.splice(first, last - first + 1, ...fresh);
    else this.#lines = this.#lines.slice(0, first).concat(fresh, this.#lines.slice(last + 1));
  }
}
