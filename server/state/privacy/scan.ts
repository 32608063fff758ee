/**
 * Finds the secrets of a text.
 *
 * Laws
 * - What is found in a line depends on that line and the one before it alone, save inside a block of a private key;
 *   where such a block ends depends on its own lines alone. So a change is answered by scanning the lines it touched and
 *   the one behind them.
 * - Lines end at `\n` or `\r`. No secret holds either. Secrets are sorted, and none touches another.
 * - A secret has at least `shortestPlaceholder` code units, and no underscore follows it (it would be taken for a part
 *   of the placeholder).
 * - Text that looks like a placeholder is treated as a secret, so that putting secrets back never changes it.
 *
 * Of the text only those lines are read, unless a block of a private key begins there: making the whole string of a
 * large one that was just typed in costs more than the rest.
 *
 * Most lines hold nothing: what has a form of its own is found by one pattern over the whole text, and a cheap one picks
 * the lines that are looked at for the rest.
 */

import { placeholderPattern, shortestPlaceholder } from '../../core/placeholder.ts';
import { lengthOf, sliceOf, type Text, unitAt } from '../../core/text.ts';
import { announced, findAnnounced } from './announced.ts';
import { type Found, findAssigned } from './assigned.ts';
import { isDrawn, secretPattern } from './kinds.ts';
import { findWebTokens } from './web-token.ts';

export type Secret = Found;

export interface Scan {
  readonly secrets: readonly Secret[];
  /** Blocks of private keys, from the start of their first line to the end of their last. */
  readonly blocks: readonly Span[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a line must hold to be looked at for assigned secrets. */
const trigger =
  /pass|pwd|secret|token|credential|key|auth|bearer|basic|cookie|psk|[_-]pat\b|sig(?:nature)?=|[?&](?:code|sas)=|\/\/[^\s/]{1,300}@|identified|securestring|mnemonic|\bseed|curl|wget|mysql|mariadb|docker|podman|redis-cli|mongo|ldap|AKIA|ASIA|"(?:d|p|q|dp|dq|qi|k)"|\$[2567y][abxy]?\$|\$(?:argon|scrypt|pbkdf)|contrase|senha|mot_de|密码|密碼|パスワード|비밀번호|пароль/gi;
const blockBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|^Private-Lines: /;
const blockEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|^Private-MAC: /;
/** Where one may begin; a copy is made to be run. */
const anyBlockBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|^Private-Lines: /gm;

/** Scans whole lines: `from` is the start of a line outside every block, `to` the end of one, before its terminator. */
export function scan(text: Text, from: number, to: number): Scan {
  const part = partOf(text, from, to);
  const blocks = findBlocks(text, from, to);
  const found: Secret[] = blocks.flatMap(({ secrets }) => secrets);
  // To go through all matches, a pattern is made anew: of this one that costs more than all else of a line.
  const known = part.search(secretPattern) === -1 ? [] : part.matchAll(secretPattern);
  for (const match of known) {
    const kind =
      Object.entries(match.groups ?? {}).find(([, piece]) => piece !== undefined)?.[0] ?? 'unknown';
    if (isDrawn(kind, match[0])) found.push(toSecret(kind, from + match.index, match[0]));
  }
  for (const token of findWebTokens(part)) found.push(shifted(token, from));
  for (const match of part.matchAll(placeholderPattern()))
    found.push(toSecret('placeholder', from + match.index, match[0]));
  const interesting = new RegExp(trigger);
  for (let match = interesting.exec(part); match; match = interesting.exec(part)) {
    const start = lineStartIn(part, match.index);
    const end = lineEndIn(part, match.index);
    const line = part.slice(start, end);
    for (const secret of findAssigned(line)) found.push(shifted(secret, from + start));
    found.push(...under(text, line, { end: from + end, limit: to }));
    interesting.lastIndex = end;
  }
  if (from > 0) {
    const end = from - (unitAt(text, from - 1) === 10 && from > 1 && unitAt(text, from - 2) === 13 ? 2 : 1);
    const line = sliceOf(text, lineStartBefore(text, end), end);
    if (line.search(trigger) !== -1) found.push(...under(text, line, { end, limit: to }));
  }
  const last = blocks.at(-1)?.span.end ?? to;
  return { secrets: joined(text, found, Math.max(to, last)), blocks: blocks.map(({ span }) => span) };
}

/** What the line that ends at `end` says of the one behind it, which must end by `limit`. */
function under(
  text: Text,
  line: string,
  { end, limit }: { readonly end: number; readonly limit: number },
): readonly Found[] {
  const start = nextLineStart(text, end);
  const name = start > limit ? undefined : announced(line);
  if (!name) return [];
  const next = sliceOf(text, start, lineEndAfter(text, start));
  return findAnnounced(next, name).map((secret) => shifted(secret, start));
}

/** Behind the terminator of the line that ends at `end`; `\r\n` is one. Beyond the text where there is none. */
export function nextLineStart(text: Text, end: number): number {
  return unitAt(text, end) === 13 && unitAt(text, end + 1) === 10 ? end + 2 : end + 1;
}

/** The lines' text; the whole of it is not copied. */
export function partOf(text: Text, from: number, to: number): string {
  return from === 0 && to === lengthOf(text) ? text.value : sliceOf(text, from, to);
}

export function lineStartBefore(text: Text, offset: number): number {
  for (let reach = usualReach; ; reach *= 8) {
    const from = Math.max(0, offset - reach);
    const at = lineStartIn(sliceOf(text, from, offset), offset - from);
    if (at > 0 || from === 0) return from + at;
  }
}

export function lineEndAfter(text: Text, offset: number): number {
  for (let reach = usualReach; ; reach *= 8) {
    const to = Math.min(lengthOf(text), offset + reach);
    const at = offset + lineEndIn(sliceOf(text, offset, to), 0);
    if (at < to || to === lengthOf(text)) return at;
  }
}

/** Most lines end within so many code units. */
const usualReach = 256;

function lineStartIn(value: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(value.charCodeAt(at - 1))) at--;
  return at;
}

function lineEndIn(value: string, offset: number): number {
  let at = offset;
  while (at < value.length && !isBreak(value.charCodeAt(at))) at++;
  return at;
}

function isBreak(unit: number): boolean {
  return unit === 10 || unit === 13;
}

function shifted(secret: Secret, by: number): Secret {
  return { start: secret.start + by, end: secret.end + by, kind: secret.kind };
}

function toSecret(kind: string, start: number, text: string): Secret {
  return { start, end: start + text.length, kind };
}

interface Block {
  readonly span: Span;
  readonly secrets: readonly Secret[];
}

/** Blocks that begin in `[from, to)`; the last one may end beyond. */
function findBlocks(text: Text, from: number, to: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let block = blockFrom(text, from, to); block; block = blockFrom(text, block.span.end + 1, to))
    blocks.push(block);
  return blocks;
}

/** The first block that begins in `[from, to)`; `from` is the start of a line outside every block. */
export function firstBlock(text: Text, from: number, to: number): Span | undefined {
  return blockFrom(text, from, to)?.span;
}

function blockFrom(text: Text, from: number, to: number): Block | undefined {
  if (from >= to) return undefined;
  const part = partOf(text, from, to);
  const begin = new RegExp(anyBlockBegin);
  for (let found = begin.exec(part); found; found = begin.exec(part)) {
    const start = from + lineStartIn(part, found.index);
    const line = sliceOf(text, start, lineEndAfter(text, start));
    const match = blockBegin.exec(line);
    if (match) return readBlock(text.value, start, start + match.index + match[0].length);
    begin.lastIndex = start + line.length - from;
  }
  return undefined;
}

/** Body lines follow until the end mark, or until a line that is no part of a key. */
function readBlock(value: string, start: number, bodyStart: number): Block {
  const secrets: Secret[] = [];
  let at = bodyStart;
  let end = lineEndIn(value, at);
  for (;;) {
    const line = value.slice(at, end);
    const mark = blockEnd.exec(line);
    if (!mark && at !== bodyStart && !isBody(line)) {
      // The line before was the last; `\r\n` counts as two breaks with an empty line between.
      return { span: { start, end: at - 1 }, secrets };
    }
    const before = mark ? line.slice(0, mark.index) : line;
    // Code that only speaks of the marks holds no key between them.
    const body = mark && at !== bodyStart && !isBody(before) ? '' : before;
    for (const run of body.matchAll(/\\[nrt]|[A-Za-z0-9+/=_-]{6,}/g)) {
      if (!run[0].startsWith('\\'))
        secrets.push({ start: at + run.index, end: at + run.index + run[0].length, kind: 'privateKey' });
    }
    if (mark || end >= value.length) return { span: { start, end }, secrets };
    at = end + 1;
    end = lineEndIn(value, at);
  }
}

/**
 * Base64 between whatever quotes or comments a line of it, an empty line, or one of a key's own headers. Each part takes
 * all it can and gives nothing back, which here decides the same and reads every letter once.
 */
function isBody(line: string): boolean {
  if (line.length > 2000) return false;
  const from = behind(line, /[\s"'`#*/;+>|-]*/y, 0);
  if (behind(line, /[A-Z][A-Za-z-]{2,30}: /y, from) > from) return true;
  const ends = behind(line, /[A-Za-z0-9+/=_-]*/y, from);
  // What closes an object or a list is behind a line that is being typed; alone it is the end of one without a key.
  const closing = ends - from >= shortestPlaceholder ? /[\s"'`,;+\\)\]}]*/y : /[\s"'`,;+\\)]*/y;
  return behind(line, closing, behind(line, /(?:\\[nrt])*/y, ends)) === line.length;
}

/** Where what the sticky pattern matches at `at` ends; `at` where it does not. */
export function behind(text: string, sticky: RegExp, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}

/** Sorted, touching and overlapping ones joined, underscores behind taken in, too short ones widened or left out. */
export function joined(text: Text, found: readonly Secret[], limit: number): readonly Secret[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Secret[] = [];
  for (const secret of sorted) {
    let { end } = secret;
    while (end < limit && unitAt(text, end) === 95) end++;
    const last = result.at(-1);
    if (last && secret.start <= last.end) {
      if (end > last.end) result[result.length - 1] = { ...last, end };
    } else if (end - secret.start >= shortestPlaceholder)
      result.push({ start: secret.start, end, kind: secret.kind });
  }
  return result;
}
