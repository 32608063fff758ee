/** Documents as the client tells of them, turned into core edits in the order they arrive. */

import type { AskDocument } from '../core/ask.ts';
import { applyToText, compose, type Edit, noEdit, replacementBetween } from '../core/edit.ts';
import { languageOf } from '../core/language-id.ts';
import { linesAddUp, Successive } from '../core/successive.ts';
import type { Text } from '../core/text.ts';
import type { ClientFeatures } from './capabilities.ts';
import {
  behindReturn,
  endsLinesAtReturns,
  isBehind,
  leavingNoReturn,
  withoutLoneReturns,
  withoutStrayReturns,
} from './carriage-returns.ts';
import { type Fields, integer, list, object, optional, range, string } from './params.ts';
import { toOffset, toSpan, unitsBefore } from './position.ts';

/** What a client means by a line and a column. */
export type Counting = Pick<ClientFeatures, 'encoding' | 'onlyLineFeeds'>;

export interface OpenedDocument extends Pick<AskDocument, 'uri' | 'languageId' | 'version' | 'text'> {}

export function readOpened(params: Fields, { onlyLineFeeds }: Counting): OpenedDocument {
  const document = object(params.textDocument, 'textDocument');
  const text = string(document.text, 'textDocument.text');
  const uri = string(document.uri, 'textDocument.uri');
  const language = optional(string)(document.languageId, 'textDocument.languageId');
  return {
    uri,
    languageId: languageOf(language ?? '', uri.replace(/[?#].*$/, '')),
    version: optional(integer)(document.version, 'textDocument.version') ?? 0,
    text: onlyLineFeeds ? withoutStrayReturns(text) : text,
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
export function toEdit(text: Text, changes: readonly ContentChange[], client: Counting): Edit {
  const counting =
    client.onlyLineFeeds && endsLinesAtReturns(text) ? { ...client, onlyLineFeeds: false } : client;
  const holdsReturns = counting.onlyLineFeeds && changes.some(({ text }) => text.includes('\r'));
  const clean = holdsReturns ? changes.map(cleaned) : changes;
  let addUp = clean.length > 1 && linesAddUp(text.value) && clean.every(({ text }) => linesAddUp(text));
  let edit = noEdit;
  let now = text;
  for (let at = 0; at < clean.length; ) {
    const row = addUp ? rangesFrom(clean, at) : [];
    const together = row.length > 1 ? rowOf(now, row, counting) : undefined;
    const step = together ?? stepOf(now, clean[at] as ContentChange, counting);
    at += together ? row.length : 1;
    addUp &&= row.length <= 1 || together !== undefined;
    // Only a further change is in the coordinates of what this one made.
    if (at < clean.length) now = applyToText(now, step);
    edit = edit.length === 0 ? step : compose(edit, step);
  }
  return edit;
}

function cleaned(change: ContentChange): ContentChange {
  const text = change.kind === 'full' ? withoutStrayReturns(change.text) : withoutLoneReturns(change.text);
  return { ...change, text };
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

/**
 * A format or a rename comes in as many changes as it has places: the text between two of them is of no interest.
 * Nothing where one may be between a `\r` and its `\n`.
 */
function rowOf(text: Text, changes: readonly RangeChange[], counting: Counting): Edit | undefined {
  const { encoding, onlyLineFeeds } = counting;
  const mayBe =
    onlyLineFeeds && (text.value.includes('\r') || changes.some(({ text }) => text.includes('\r')));
  const row = new Successive(text);
  let isBetween = false;
  for (const { range, text: inserted } of changes) {
    row.replace(range, inserted, (line, character) => {
      const units = unitsBefore(line, character, encoding);
      isBetween ||= mayBe && units >= line.length && isBehind(line, character, encoding);
      return units;
    });
    if (isBetween) return undefined;
  }
  return row.edit();
}

function stepOf(text: Text, change: ContentChange, { encoding, onlyLineFeeds }: Counting): Edit {
  // A client that syncs whole texts has still typed a single key.
  if (change.kind === 'full') return [replacementBetween(text.value, change.text)];
  const { range, text: inserted } = change;
  if (!onlyLineFeeds) return [{ ...toSpan(text, range, encoding), text: inserted }];
  const [a, b] = [range.start, range.end].map((position) =>
    behindReturn(text, toOffset(text, position, encoding), position, encoding),
  ) as [number, number];
  return [leavingNoReturn(text, { start: Math.min(a, b), end: Math.max(a, b), text: inserted })];
}

function contentChange(value: unknown, field: string): ContentChange {
  const fields = object(value, field);
  const text = string(fields.text, `${field}.text`);
  if (fields.range === undefined || fields.range === null) return { kind: 'full', text };
  return { kind: 'range', range: range(fields.range, `${field}.range`), text };
}
