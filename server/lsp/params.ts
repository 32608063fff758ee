/**
 * Decoders for what a client sends. Written by hand rather than with zod because they run before `initialize`
 * is answered, where loading a schema library would cost a tenth of the start. Each names the field it refuses.
 * Lua has one word for an empty list and an empty object: where one is expected, the other is taken for it.
 */

import type { Position } from '../core/text.ts';

/** Becomes `InvalidParams` with this message. */
export class Malformed extends Error {}

export type Decoder<T> = (value: unknown, field: string) => T;

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Fields = Readonly<Record<string, unknown>>;

export const object: Decoder<Fields> = (value, field) => {
  if (isFields(value)) return value;
  if (isEmptyList(value)) return {};
  throw refused(field, 'an object', value);
};

export const string: Decoder<string> = (value, field) => {
  if (typeof value !== 'string') throw refused(field, 'a string', value);
  return value;
};

export const boolean: Decoder<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw refused(field, 'a boolean', value);
  return value;
};

/** A boolean that travelled by the client and back: Emacs' lsp-mode reads `false` as nothing, and sends that as `null`. */
export const returned: Decoder<boolean> = (value, field) => (value === null ? false : boolean(value, field));

export const number: Decoder<number> = (value, field) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(field, 'a number', value);
  return value;
};

/** LSP's `uinteger`; fractions and negative numbers are refused. */
export const uinteger: Decoder<number> = (value, field) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw refused(field, 'a non-negative integer', value);
  }
  return value;
};

export const integer: Decoder<number> = (value, field) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refused(field, 'an integer', value);
  return value;
};

export function list<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (value, field) => {
    if (Array.isArray(value)) return value.map((element, index) => item(element, `${field}[${index}]`));
    if (isFields(value) && Object.keys(value).length === 0) return [];
    throw refused(field, 'an array', value);
  };
}

/** `null` counts as absent: editors written in Lua and Lisp send it for what is missing. */
export function optional<T>(decode: Decoder<T>): Decoder<T | undefined> {
  return (value, field) => (value === undefined || value === null ? undefined : decode(value, field));
}

export const position: Decoder<Position> = (value, field) => {
  const fields = object(value, field);
  return {
    line: uinteger(fields.line, `${field}.line`),
    character: uinteger(fields.character, `${field}.character`),
  };
};

export const range: Decoder<Range> = (value, field) => {
  const fields = object(value, field);
  return { start: position(fields.start, `${field}.start`), end: position(fields.end, `${field}.end`) };
};

/** The `uri` of `params.textDocument`. */
export function documentUri(params: Fields): string {
  return string(object(params.textDocument, 'textDocument').uri, 'textDocument.uri');
}

/** Read as it is: it came out of `JSON.parse`, and a copy at every key would cost more than the rest of the reading. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(field: string, expected: string, value: unknown): Malformed {
  return new Malformed(`'${field}' must be ${expected}, but ${given(value)}.`);
}

/** Texts are not said again: they may be a document's. */
function given(value: unknown): string {
  if (value === undefined) return 'it is missing';
  if (typeof value === 'string') return 'is a string';
  if (Array.isArray(value)) return 'is an array';
  return typeof value === 'object' && value !== null ? 'is an object' : `is ${value}`;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
