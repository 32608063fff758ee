/**
 * Redaction: a text with its secrets found, kept per version of a document and carried over its changes.
 *
 * Laws
 * - `redactedText` has the length of the text: every offset means the same in both.
 * - After any change, `redactionAfter` finds what `redact` would find in the whole text, given what the vault knows;
 *   it scans only the lines the change touched and the one behind, and blocks of private keys that meet them.
 * - A secret known by its surroundings (a password) is hidden at every other place of the text too.
 * - What a change leaves of a secret stays hidden, though nothing says any more that it is one.
 */

import type { Edit } from '../../core/edit.ts';
import { lengthOf, sliceOf, type Text, unindexed } from '../../core/text.ts';
import {
  firstBlock,
  joined,
  lineEndAfter,
  lineStartBefore,
  nextLineStart,
  partOf,
  type Scan,
  type Secret,
  type Span,
  scan,
} from './scan.ts';
import { firstEndingFrom, meets } from './spans.ts';
import type { Vault } from './vault.ts';

export interface Redaction {
  readonly text: Text;
  readonly scan: Scan;
  /** Found by value, sorted; may overlap each other and those of `scan`. */
  readonly spread: readonly Secret[];
  /** What the vault knew when `spread` was made. */
  readonly known: readonly string[];
}

export function redact(value: string, vault: Vault): Redaction {
  const text = unindexed(value);
  return spreading({ text, scan: remembered(text, scan(text, 0, value.length), vault) }, vault);
}

/** `text` is the one after the edit. */
export function redactionAfter(
  before: Redaction,
  edit: Edit,
  to: { readonly text: Text; readonly vault: Vault },
): Redaction {
  const { text, vault } = to;
  const regions = touchedRegions(before, edit, text);
  let secrets = before.scan.secrets;
  let blocks = before.scan.blocks;
  let spread = before.spread;
  const fresh: Scan[] = [];
  const freshSpread: Secret[] = [];
  for (const region of regions) {
    const found = remembered(text, scan(text, region.newStart, region.newEnd), vault);
    fresh.push(found);
    freshSpread.push(...byValue(text, before.known, { start: region.newStart, end: region.newEnd }));
  }
  rememberPieces(before, edit, { regions, vault, found: fresh.flatMap((each) => each.secrets) });
  const kept = <T extends Span>(spans: readonly T[]) => carried(spans, regions);
  secrets = merged(
    kept(secrets),
    fresh.flatMap((each) => each.secrets),
  );
  blocks = merged(
    kept(blocks),
    fresh.flatMap((each) => each.blocks),
  );
  spread = merged(kept(spread), freshSpread);
  return spreading({ text, scan: { secrets, blocks }, spread, known: before.known }, vault);
}

/** All secrets, sorted; what overlaps is one. */
export function secretsOf({ text, scan: found, spread }: Redaction): readonly Secret[] {
  return spread.length === 0 ? found.secrets : joined(text, [...found.secrets, ...spread], lengthOf(text));
}

export function redactedText(redaction: Redaction, vault: Vault): string {
  const secrets = secretsOf(redaction);
  return secrets.length === 0
    ? redaction.text.value
    : replacedBetween(redaction, { secrets, start: 0, end: lengthOf(redaction.text) }, vault);
}

/**
 * The edit that takes the redacted text before to the redacted text after: the user's own, widened to whole lines
 * where a secret stands or stood, so that a mirror never holds half of one.
 */
export function redactedEdit(
  before: Redaction,
  after: Redaction,
  via: { readonly edit: Edit; readonly vault: Vault },
): Edit {
  const { edit, vault } = via;
  const old = secretsOf(before);
  const now = secretsOf(after);
  if (old.length === 0 && now.length === 0) return edit;
  const regions = touchedRegions(before, edit, after.text);
  if (
    regions.every(
      (region) => !meets(old, region.oldStart, region.oldEnd) && !meets(now, region.newStart, region.newEnd),
    )
  )
    return edit;
  return regions.map(({ oldStart, oldEnd, newStart, newEnd }) => ({
    start: oldStart,
    end: oldEnd,
    text: replacedBetween(after, { secrets: now, start: newStart, end: newEnd }, vault),
  }));
}

interface Region {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Whole lines around each replacement and the one behind, sorted and apart; one region wherever blocks of keys are about. */
function touchedRegions(before: Redaction, edit: Edit, now: Text): readonly Region[] {
  const regions: Region[] = [];
  let delta = 0;
  for (const { start, end, text } of edit) {
    const oldStart = lineStartBefore(before.text, start);
    const lineEnd = lineEndAfter(before.text, end);
    // What the line behind holds may be said by the last one that changes.
    const behind = nextLineStart(before.text, lineEnd);
    const oldEnd = behind > lengthOf(before.text) ? lineEnd : lineEndAfter(before.text, behind);
    const newStart = oldStart + delta;
    delta += text.length - (end - start);
    const region = { oldStart, oldEnd, newStart, newEnd: oldEnd + delta };
    const last = regions.at(-1);
    if (last && oldStart <= last.oldEnd + 1) regions[regions.length - 1] = span([last, region]);
    else regions.push(region);
  }
  const first = regions[0];
  if (!first) return regions;
  if (regions.length === 1) return [widened(before, now, first)];
  const hasBlocks =
    before.scan.blocks.length > 0 ||
    regions.some(({ newStart, newEnd }) => firstBlock(now, newStart, newEnd) !== undefined);
  return hasBlocks ? [widened(before, now, span(regions))] : regions;
}

function span(regions: readonly Region[]): Region {
  const first = regions[0] as Region;
  const last = regions.at(-1) as Region;
  return { oldStart: first.oldStart, oldEnd: last.oldEnd, newStart: first.newStart, newEnd: last.newEnd };
}

/**
 * Over the blocks of keys that the region meets, before and after: a changed line decides about the lines behind it, and
 * about the block that ends right before it (`\r\n` counts as two breaks), which may go on now.
 */
function widened(before: Redaction, now: Text, region: Region): Region {
  const { blocks } = before.scan;
  let { oldStart, oldEnd, newStart, newEnd } = region;
  const first = blocks[firstEndingFrom(blocks, oldStart - 2)];
  if (first && first.start < oldStart) {
    newStart -= oldStart - first.start;
    oldStart = first.start;
  }
  /** Blocks of the text after are read from here on. */
  let from = newStart;
  for (;;) {
    const cut = blocks[firstEndingFrom(blocks, oldEnd + 1)];
    if (cut && cut.start <= oldEnd) {
      newEnd += cut.end - oldEnd;
      oldEnd = cut.end;
    }
    let block = firstBlock(now, from, newEnd);
    while (block && block.end <= newEnd) {
      from = block.end + 1;
      block = firstBlock(now, from, newEnd);
    }
    if (!block) return { oldStart, oldEnd, newStart, newEnd };
    from = block.end + 1;
    oldEnd += block.end - newEnd;
    newEnd = block.end;
  }
}

/** Spans outside all regions, where they stand now. */
function carried<T extends Span>(spans: readonly T[], regions: readonly Region[]): readonly T[] {
  if (spans.length === 0) return spans;
  const result: T[] = [];
  let next = 0;
  let delta = 0;
  for (const each of spans) {
    let region = regions[next];
    while (region && region.oldEnd < each.start) {
      delta = region.newEnd - region.oldEnd;
      region = regions[++next];
    }
    if (region && each.end > region.oldStart && each.start < region.oldEnd) continue;
    result.push(delta === 0 ? each : { ...each, start: each.start + delta, end: each.end + delta });
  }
  return result;
}

function merged<T extends Span>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  return [...a, ...b].sort((x, y) => x.start - y.start);
}

/** What the edit leaves of the secrets it met, wherever no secret is found any more. */
function rememberPieces(
  before: Redaction,
  edit: Edit,
  now: { readonly regions: readonly Region[]; readonly vault: Vault; readonly found: readonly Secret[] },
): void {
  const secrets = secretsOf(before);
  const left = (from: number, to: number, delta: number) => {
    if (to <= from) return;
    const around = now.found[firstEndingFrom(now.found, to + delta)];
    if (!around || around.start > from + delta) now.vault.rememberPiece(sliceOf(before.text, from, to));
  };
  /** The first replacement that does not end before the secret, and how far those before it moved the text. */
  let next = 0;
  let moved = 0;
  for (const { oldStart, oldEnd } of now.regions) {
    for (let i = firstEndingFrom(secrets, oldStart + 1); i < secrets.length; i++) {
      const secret = secrets[i] as Secret;
      if (secret.start >= oldEnd) break;
      for (let each = edit[next]; each && each.end < secret.start; each = edit[next]) {
        moved += each.text.length - (each.end - each.start);
        next++;
      }
      let at = secret.start;
      let delta = moved;
      for (let j = next; j < edit.length; j++) {
        const { start, end, text } = edit[j] as Edit[number];
        if (start > secret.end) break;
        left(at, start, delta);
        at = Math.max(at, end);
        delta += text.length - (end - start);
      }
      left(at, secret.end, delta);
    }
  }
}

function remembered(text: Text, found: Scan, vault: Vault): Scan {
  for (const { start, end, kind } of found.secrets) vault.placeholderFor(sliceOf(text, start, end), kind);
  return found;
}

/** Looks for what the vault has learnt since, in the whole text. */
function spreading(
  redaction: Pick<Redaction, 'text' | 'scan'> & Partial<Redaction>,
  vault: Vault,
): Redaction {
  const { text, scan: found, spread = [], known: before = [] } = redaction;
  const known = vault.contextual();
  if (known === before) return { text, scan: found, spread, known };
  const seen = new Set(before);
  const learnt = known.filter((secret) => !seen.has(secret));
  return {
    text,
    scan: found,
    spread: merged(spread, byValue(text, learnt, { start: 0, end: lengthOf(text) })),
    known,
  };
}

/** Sorted; values within one another give spans that overlap. */
function byValue(text: Text, secrets: readonly string[], within: Span): readonly Secret[] {
  if (secrets.length === 0) return [];
  const part = partOf(text, within.start, within.end);
  const found: Secret[] = [];
  for (const secret of secrets) {
    for (let at = part.indexOf(secret); at !== -1; at = part.indexOf(secret, at + secret.length)) {
      let end = at + secret.length;
      while (part.charCodeAt(end) === 95) end++;
      found.push({ start: within.start + at, end: within.start + end, kind: 'known' });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function replacedBetween(
  redaction: Redaction,
  part: Span & { readonly secrets: readonly Secret[] },
  vault: Vault,
): string {
  const { text } = redaction;
  let result = '';
  let at = part.start;
  for (const { start, end, kind } of part.secrets) {
    if (end <= part.start) continue;
    if (start >= part.end) break;
    result += sliceOf(text, at, start) + vault.placeholderFor(sliceOf(text, start, end), kind);
    at = end;
  }
  return result + sliceOf(text, at, part.end);
}
