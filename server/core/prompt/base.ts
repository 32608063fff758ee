/**
 * Base and fork: a prompt in two parts. The base is what a model can be told ahead and keep: the instructions, pieces
 * of other files and the file as it was at one version. The fork is what only this request says: what changed since,
 * and the lines to continue or edit as they stand now. A prompt is always base and fork, one after the other:
 * whoever has a model that kept the base sends the fork alone, whoever has one without memory sends both and gets
 * the same beginning each time, which is what prompt caches and slots with a common prefix live on.
 *
 *   const base = kept ?? baseFor(ask);            // made once, kept by document
 *   let fork = forkOf(ask, base);                 // for every ask: small
 *   if (fork.kind === 'renew') …                  // the base helps no more: make another with `baseFor(ask)`
 *   send([...base.parts, ...fork.parts]);         // or only fork.parts, where base.parts were kept
 *
 * Laws
 * - Completions, edits, fixes and next edits share the base of a document.
 * - Base and fork together never exceed the ask's `contextTokens` by the estimate; what helps least is left out
 *   first. Only the lines asked about are never cut: where they alone are too many there is no base.
 * - The lines asked about stand whole in the fork, whatever the base holds.
 * - `forkOf(ask, baseFor(ask))` is always a fork.
 */

import {
  type Ask,
  type AskContext,
  isSuggestion,
  type RecentChange,
  type Region,
  type Snippet,
} from '../ask.ts';
import { type Edit, noEdit } from '../edit.ts';
import { type Text, unindexed } from '../text.ts';
import { roughTokens } from '../tokens.ts';
import { chatInstructions, focusOf, holdsMark, shownBy, taskText } from './chat.ts';
import { type Drift, driftOf, driftText, withTouching } from './drift.ts';
import { excerpt, header } from './excerpt.ts';
import { charactersFor, estimateTokens, type PromptPart } from './prompt.ts';
import { mostTouching, shownOf } from './shown.ts';
import { fileOverhead, fileText, historyText, snippetsText } from './told.ts';

export interface Base {
  readonly uri: string;
  readonly path: string;
  readonly languageId: string;
  readonly version: number;
  /** The document's text at that version. */
  readonly text: Text;
  /** Whether it holds what a cursor mark begins with. */
  readonly mayHoldMark: boolean;
  /** The part of it that is told, and the place it was told for. */
  readonly shown: Region;
  readonly focus: Region;
  /** What was there to be told, also where it did not fit: none of it is news to a fork. */
  readonly snippets: readonly Snippet[];
  readonly history: readonly RecentChange[];
  readonly parts: readonly PromptPart[];
  /** Length of all parts in UTF-16 code units, and a careful estimate of their tokens. */
  readonly characters: number;
  readonly tokens: number;
}

export type BaseContext = Pick<AskContext, 'document' | 'snippets' | 'history' | 'contextTokens'>;

export interface Fork {
  readonly kind: 'fork';
  readonly parts: readonly PromptPart[];
  /** As in a base. */
  readonly characters: number;
  readonly tokens: number;
  /** How many characters a base made now would save, or tell beside. */
  readonly drift: number;
}

export type Forked =
  | Fork
  /** Another file, a place the base does not show, too much that changed since, no room for both. */
  | { readonly kind: 'renew'; readonly why: 'document' | 'place' | 'drift' | 'room' };

export type MadeBase =
  | { readonly kind: 'base'; readonly base: Base }
  /** The lines asked about alone need about `tokens`, more than the ask allows. */
  | { readonly kind: 'too-large'; readonly tokens: number };

/** The same object in every prompt: it is encoded once. */
const instructionsPart: PromptPart = { role: 'system', text: chatInstructions };

const historyShare = 0.1;
const snippetShare = 0.2;
/** Room that a base leaves for its forks: for what changes, and for a function to be edited. */
const forkShare = 0.25;
const mostReserved = 6000;
/** A completion or a next edit is asked at every pause of the fingers, so what it tells anew is little; an edit is asked once. */
const newsInSuggestion = 400;
const newsInEdit = 4000;
/** A fork that tells more than this share of its base anew is none: a base made now is worth its price. */
const mostDriftShare = 0.25;

/** A base for whatever will be asked about the lines at `focus`; `reserve` code units are left for forks. */
export function makeBase(context: BaseContext, focus: Region, reserve?: number): Base {
  const { document, contextTokens } = context;
  const whole = charactersFor(contextTokens);
  const left = reserve ?? Math.min(whole * forkShare, mostReserved);
  const room = Math.max(0, whole - chatInstructions.length - left - fileOverhead(document));
  const snippets = snippetsText(context.snippets, room * snippetShare);
  const history = historyText(context.history, room * historyShare);
  const fileRoom = Math.max(0, room - snippets.length - history.length - gaps);
  const first = header(document.text, document.text.length > fileRoom ? fileRoom : 0);
  const around = excerpt(document.text, focus, fileRoom - first.end);
  // Lines that alone fill the room stand in the fork: they need not stand here too.
  const shown = around.end - around.start > fileRoom ? { start: focus.start, end: focus.start } : around;
  const told = [snippets, fileText(document, shown, first), history].filter((text) => text !== '');
  const parts: readonly PromptPart[] = [instructionsPart, { role: 'user', text: told.join('\n\n') }];
  const { uri, path, languageId, version, text } = document;
  return {
    uri,
    path,
    languageId,
    version,
    text: unindexed(text),
    mayHoldMark: holdsMark(text),
    shown,
    focus,
    snippets: context.snippets,
    history: context.history,
    parts,
    characters: characters(parts),
    tokens: tokens(parts),
  };
}

/** A base for this ask, of which its fork will be one. */
export function baseFor(ask: Ask): MadeBase {
  const whole = charactersFor(ask.contextTokens);
  const task = taskText(ask, {
    shown: shownBy(ask),
    known: false,
    fromStart: false,
    mayHoldMark: true,
  });
  if (chatInstructions.length + fileOverhead(ask.document) + task.length > whole)
    return { kind: 'too-large', tokens: estimateTokens(chatInstructions.length + task.length) };
  const reserve = Math.max(task.length, Math.min(whole * forkShare, mostReserved));
  return { kind: 'base', base: makeBase(ask, focusOf(ask), reserve) };
}

/** The fork that asks, on this base; `since`, where it is known, is the edit from the base's text to the ask's. */
export function forkOf(ask: Ask, base: Base, since?: Edit): Forked {
  const { document } = ask;
  if (document.uri !== base.uri || document.path !== base.path || document.languageId !== base.languageId)
    return { kind: 'renew', why: 'document' };
  const same = document.text === base.text.value;
  const drift = driftOf(base.text, document.text, { told: base.shown, since: same ? noEdit : since });
  const focus = focusOf(ask);
  const isOwn = same && focus.start === base.focus.start && focus.end === base.focus.end;
  if (!isOwn && (focus.start < drift.told.start || focus.end > drift.told.end))
    return { kind: 'renew', why: 'place' };

  const { least, shown } = linesFor(ask, base, drift);
  const known =
    drift.changes.length === 0 && base.shown.start === 0 && base.shown.end === base.text.value.length;
  const changed = driftText(base.text, drift, shown);
  const news = newsText(ask, base);
  const told = [...news, changed].filter((text) => text !== '');
  const anew = characters(told.map((text) => ({ text })));
  if (anew > base.characters * mostDriftShare) return { kind: 'renew', why: 'drift' };
  const task = taskText(ask, {
    shown,
    known,
    fromStart: base.shown.start === 0,
    mayHoldMark: base.mayHoldMark || drift.changes.some(({ hunk }) => holdsMark(hunk.after)),
  });
  const parts: readonly PromptPart[] = [{ role: 'user', text: [...told, task].join('\n\n') }];
  const length = characters(parts);
  if (base.characters + length > charactersFor(ask.contextTokens)) return { kind: 'renew', why: 'room' };
  return {
    kind: 'fork',
    parts,
    characters: length,
    tokens: tokens(parts),
    drift: anew + untold(ask, base) + Math.max(0, shown.end - shown.start - (least.end - least.start)),
  };
}

/** The lines a fork shows, and those that it may show where nothing has changed. */
function linesFor(ask: Ask, base: Base, drift: Drift): { readonly least: Region; readonly shown: Region } {
  const least = shownBy(ask);
  const told = base.text.value.slice(base.shown.start, base.shown.end);
  if (ask.task === 'complete')
    return { least, shown: shownOf(ask, { widest: least, drift, of: base.text, told }) };
  // What is written anew is told as it is asked about.
  return { least, shown: ask.task === 'nextEdit' ? least : withTouching(drift, least, mostTouching) };
}

/** Blank lines between what is told. */
const gaps = 4;

/** What the base does not tell of other files yet; of its own the changed lines do. */
function newsText(ask: Ask, base: Base): readonly string[] {
  const room = isSuggestion(ask) ? newsInSuggestion : newsInEdit;
  const history = ask.history.filter(
    (change) => change.path !== base.path && !base.history.some((known) => isSameChange(known, change)),
  );
  const snippets = ask.snippets.filter(
    ({ path, text }) => !base.snippets.some((known) => known.path === path && known.text === text),
  );
  // The task itself tells the newest changes.
  const changes = ask.task === 'nextEdit' ? '' : historyText(history, room);
  return [snippetsText(snippets, room), changes];
}

/** Of other files, where the base tells nothing of any: it was made before they were read, and forks have no room. */
function untold({ snippets }: Ask, base: Base): number {
  return base.snippets.length > 0 ? 0 : snippets.reduce((sum, { text }) => sum + text.length, 0);
}

function isSameChange(a: RecentChange, b: RecentChange): boolean {
  return a.path === b.path && a.line === b.line && a.before === b.before && a.after === b.after;
}

function tokens(parts: readonly PromptPart[]): number {
  return parts.reduce((sum, { text }) => sum + roughTokens(text), 0);
}

function characters(parts: readonly { readonly text: string }[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0);
}
