/** Documents as the client tells of them, turned into core edits in the order they arrive. */

import type { AskDocument } from '../core/ask.ts';
import { applyToText, compose, type Edit, noEdit, trimmed } from '../core/edit.ts';
import { linesAddUp, Successive } from '../core/successive.ts';
import type { Text } from '../core/text.ts';
import { type Fields, integer, list, object, optional, range, string } from './params.ts';
import { type PositionEncoding, toSpan, unitsBefore } from './position.ts';

export interface OpenedDocument extends Pick<AskDocument, 'uri' | 'languageId' | 'version' | 'text'> {}

export function readOpened(params: Fields): OpenedDocument {
  const document = object(params.textDocument, 'textDocument');
  return {
    uri: string(document.uri, 'textDocument.uri'),
    languageId: optional(string)(document.languageId, 'textDocument.languageId') ?? 'plaintext',
    version: optional(integer)(document.version, 'textDocument.version') ?? 0,
    text: string(document.text, 'textDocument.text'),
  };
}

export interface DocumentChange {
  readonly uri: string;
  /** Clients must send it; one that does not is given the next. */
  readonly version: number | undefined;
  readonly changes: readonly ContentChange[];
}

export type ContentChange =
  | { readonly kind: 'full'; readonly text: string }
  | { readonly kind: 'range'; readonly range: ReturnType<typeof range>; readonly text: string };

export function readChanged(params: Fields): DocumentChange {
  const document = object(params.textDocument, 'textDocument');
  return {
    uri: string(document.uri, 'textDocument.uri'),
    version: optional(integer)(document.version, 'textDocument.version'),
    changes: list(contentChange)(params.contentChanges, 'contentChanges'),
  };
}

type RangeChange = Extract<ContentChange, { kind: 'range' }>;

/** All changes as one edit of `text`; each change is in the coordinates the ones before it made. */
export function toEdit(text: Text, changes: readonly ContentChange[], encoding: PositionEncoding): Edit {
  const addUp = changes.length > 1 && linesAddUp(text.value) && changes.every(({ text }) => linesAddUp(text));
  let edit = noEdit;
  let now = text;
  for (let at = 0; at < changes.length; ) {
    const row = addUp ? rangesFrom(changes, at) : [];
    const step =
      row.length > 1 ? rowOf(now, row, encoding) : stepOf(now, changes[at] as ContentChange, encoding);
    at += Math.max(1, row.length);
    // Only a further change is in the coordinates of what this one made.
    if (at < changes.length) now = applyToText(now, step);
    edit = edit.length === 0 ? step : compose(edit, step);
  }
  return edit;
}

function rangesFrom(changes: readonly ContentChange[], from: number): readonly RangeChange[] {
  const ranges: RangeChange[] = [];
  for (let at = from; at < changes.length; at++) {
    const change = changes[at];
    if (change?.kind !== 'range') break;
    ranges.push(change);
  }
  return ranges;
}

/** A format or a rename comes in as many changes as it has places: the text between two of them is of no interest. */
function rowOf(text: Text, changes: readonly RangeChange[], encoding: PositionEncoding): Edit {
  const row = new Successive(text);
  for (const { range, text: inserted } of changes)
    row.replace(range, inserted, (line, character) => unitsBefore(line, character, encoding));
  return row.edit();
}

function stepOf(text: Text, change: ContentChange, encoding: PositionEncoding): Edit {
  if (change.kind === 'range') return [{ ...toSpan(text, change.range, encoding), text: change.text }];
  // A client that syncs whole texts has still typed a single key.
  return [trimmed(text.value, { start: 0, end: text.value.length, text: change.text })];
}

function contentChange(value: unknown, field: string): ContentChange {
  const fields = object(value, field);
  const text = string(fields.text, `${field}.text`);
  if (fields.range === undefined || fields.range === null) return { kind: 'full', text };
  return { kind: 'range', range: range(fields.range, `${field}.range`), text };
}
