/** Documents as the client tells of them, turned into core edits in the order they arrive. */

import type { AskDocument } from '../core/ask.ts';
import { applyToText, compose, type Edit, noEdit, trimmed } from '../core/edit.ts';
import type { Text } from '../core/text.ts';
import { type Fields, integer, list, object, optional, range, string } from './params.ts';
import { type PositionEncoding, toSpan } from './position.ts';

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

/** All changes as one edit of `text`; each change is in the coordinates the ones before it made. */
export function toEdit(text: Text, changes: readonly ContentChange[], encoding: PositionEncoding): Edit {
  let edit = noEdit;
  let now = text;
  for (const [index, change] of changes.entries()) {
    const span =
      change.kind === 'full' ? { start: 0, end: now.value.length } : toSpan(now, change.range, encoding);
    const whole = { ...span, text: change.text };
    // A client that syncs whole texts has still typed a single key.
    const step: Edit = [change.kind === 'full' ? trimmed(now.value, whole) : whole];
    // Only a further change is in the coordinates of what this one made.
    if (index + 1 < changes.length) now = applyToText(now, step);
    edit = edit.length === 0 ? step : compose(edit, step);
  }
  return edit;
}

function contentChange(value: unknown, field: string): ContentChange {
  const fields = object(value, field);
  const text = string(fields.text, `${field}.text`);
  if (fields.range === undefined || fields.range === null) return { kind: 'full', text };
  return { kind: 'range', range: range(fields.range, `${field}.range`), text };
}
