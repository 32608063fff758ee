/**
 * Restyling: where two texts say the same in other layout, and what of the first text's layout can stand in the
 * second. Nothing here is proven; what comes out is a text to be parsed and compared.
 *
 * A place gets its old layout back where the tokens on both sides of it are neighbours in both texts and the blanks
 * between them mean the same. It stays as the model wrote it where
 * - it lies in what was asked,
 * - the code there is nested otherwise than before: indentation follows from that,
 * - a line end came or went in a line, or in a list, that changes anyway: opening and closing lines belong together,
 * - it lines up with something whose width changed,
 * - something really changed on its line: that is one change, and not for us to part.
 */

import type { Edit, Replacement } from '../edit.ts';
import { lineAt } from '../text.ts';
import { type Compared, compared, gapOf, isAligned, isInChangedBlock, lineEnds, tailOf } from './compared.ts';
import type { Meaning, Token } from './meaning.ts';

/** A replacement of the text after, with the index of the token that it stands at or before. */
export interface Given {
  readonly token: number;
  readonly replacement: Replacement;
}

/** Lines of the text before, zero-based, the last one included. */
export interface AskedLines {
  readonly first: number;
  readonly last: number;
}

interface Gap extends Given {
  /** Lines end in the one text and not in the other. */
  readonly reflows: boolean;
  /** The node of the text after that holds both neighbours. */
  readonly shared: number;
}

type Verdict =
  | { readonly kind: 'same' | 'aligned' }
  /** Indented by the text's own steps, if they are known. */
  | { readonly kind: 'stays' }
  | { readonly kind: 'gap' | 'indentation'; readonly text: string };

export function givenBack(before: Meaning, after: Meaning, asked: readonly AskedLines[]): readonly Given[] {
  const both = compared(before, after);
  const spellings: Given[] = [];
  const indents: Given[] = [];
  const gaps: Gap[] = [];
  /** Nodes whose lines stay as the model broke them. */
  const held = new Set<number>();
  const same = new Set<number>();
  const known = indentation(both);
  for (const [token, now] of after.tokens.entries()) {
    const old = both.oldToken(token);
    const gap = gapOf(after, token);
    if (old) {
      const spelt = before.text.slice(old.start, old.end);
      const isOther = spelt !== after.text.slice(now.start, now.end);
      if (isOther && !isAsked(both, asked, old.start, old.end)) {
        spellings.push({ token, replacement: { start: now.start, end: now.end, text: spelt } });
      }
    }
    const judged: Verdict = old ? judge(both, token, asked) : { kind: 'stays' };
    const verdict = known.size === 0 && isIndentBesideChange(both, token, judged) ? stays : judged;
    if (verdict.kind === 'gap') {
      const reflows = verdict.text.includes('\n') !== gap.text.includes('\n');
      const replacement = { start: gap.start, end: gap.end, text: verdict.text };
      gaps.push({ token, replacement, reflows, shared: now.shared });
      continue;
    }
    if (verdict.kind === 'same') {
      same.add(token);
      continue;
    }
    held.add(now.shared);
    const tail = tailOf(gap.text);
    if (verdict.kind === 'aligned' || tail === undefined || isMeant(now) || (old && isMeant(old))) continue;
    if (isAsked(both, asked, both.oldStart(token), both.oldStart(token))) continue;
    const text = verdict.kind === 'indentation' ? verdict.text : known.get(tail);
    if (text !== undefined && text !== tail) {
      indents.push({ token, replacement: { start: now.start - tail.length, end: now.start, text } });
    }
  }
  const kept = consistent({ gaps, same, held }, both.pairs());
  return [...spellings, ...indents, ...kept].sort(
    (a, b) => a.replacement.start - b.replacement.start || a.replacement.end - b.replacement.end,
  );
}

/** As one edit of the text after; what touches is one replacement. */
export function editFrom(given: readonly Given[]): Edit {
  const edit: Replacement[] = [];
  for (const { replacement } of given) {
    const last = edit.at(-1);
    if (last?.end === replacement.start) {
      const text = last.text + replacement.text;
      edit[edit.length - 1] = { start: last.start, end: replacement.end, text };
    } else edit.push(replacement);
  }
  return edit;
}

const stays: Verdict = { kind: 'stays' };

/** How deep a line stands beside one that came or went is part of that change, where the rest stands as before. */
function isIndentBesideChange(both: Compared, token: number, verdict: Verdict): boolean {
  if (verdict.kind !== 'gap' && verdict.kind !== 'indentation') return false;
  const gap = gapOf(both.after, token).text;
  const tail = tailOf(gap);
  if (tail === undefined) return false;
  const old = gapOf(both.before, both.partner(token)).text;
  const oldTail = tailOf(old) ?? '';
  const isTailAlone = old.slice(0, old.length - oldTail.length) === gap.slice(0, gap.length - tail.length);
  return (verdict.kind === 'indentation' || isTailAlone) && both.isBesideChange(both.partner(token), token);
}

/** Of a token that both texts have: what may become of the blanks before it. */
function judge(both: Compared, token: number, asked: readonly AskedLines[]): Verdict {
  const { before, after } = both;
  const i = both.partner(token);
  const now = after.tokens[token] as Token;
  const old = before.tokens[i] as Token;
  const gap = gapOf(after, token);
  const oldGap = gapOf(before, i);
  const areNeighbours = both.areNeighbours(i, token);
  if (areNeighbours && gap.text === oldGap.text) return { kind: 'same' };
  if (!gap.text.includes('\n') && !oldGap.text.includes('\n') && both.isInChangedLine(i, token))
    return { kind: 'stays' };
  const ends = gap.text.includes('\n');
  const ended = oldGap.text.includes('\n');
  if ((ends || ended) && old.nesting !== now.nesting) return { kind: 'stays' };
  const isAfterChange = both.changedBefore.has(lineAt(both.textBefore, old.sharedStart));
  if (ended && isAfterChange && isAligned(before, i, both.textBefore)) return { kind: 'aligned' };
  const oldTail = tailOf(oldGap.text);
  const indented: Verdict =
    oldTail === undefined ? { kind: 'stays' } : { kind: 'indentation', text: oldTail };
  if (!areNeighbours || old.blanks !== now.blanks) return indented;
  if (isAsked(both, asked, oldGap.start, oldGap.end)) return indented;
  if (!ends && !ended && /[ \t]{2}|\t/.test(gap.text + oldGap.text)) {
    const { textBefore, textAfter, changedBefore, changedAfter } = both;
    const isNearChange =
      isInChangedBlock(textBefore, changedBefore, lineAt(textBefore, old.start)) ||
      isInChangedBlock(textAfter, changedAfter, lineAt(textAfter, now.start));
    return isNearChange ? { kind: 'stays' } : { kind: 'gap', text: oldGap.text };
  }
  const isOtherHeight = lineEnds(gap.text) !== lineEnds(oldGap.text);
  if (both.isInChangedLine(i, token) && (isOtherHeight || isBlanksAlone(gap.text, oldGap.text)))
    return ends === ended ? indented : { kind: 'stays' };
  return { kind: 'gap', text: oldGap.text };
}

/** Whether blanks within lines are all that differs. */
function isBlanksAlone(gap: string, old: string): boolean {
  return gap.includes('\n') && gap.replace(/[ \t]/g, '') === old.replace(/[ \t]/g, '');
}

/** In Python the indentation is the meaning. */
function isMeant({ blanks }: Token): boolean {
  return /^(?:line .|raw)/.test(blanks);
}

function isAsked(
  { textBefore }: Compared,
  asked: readonly AskedLines[],
  start: number,
  end: number,
): boolean {
  if (asked.length === 0) return false;
  const first = lineAt(textBefore, start);
  const last = lineAt(textBefore, end);
  return asked.some((lines) => lines.first <= last && first <= lines.last);
}

/** How the text before indents what the text after indents so, where most lines are indented anew and nearly all agree. */
function indentation({ before, after, partner }: Compared): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  let lines = 0;
  let anew = 0;
  for (const [token, now] of after.tokens.entries()) {
    const i = partner(token);
    const tail = i < 0 ? undefined : tailOf(gapOf(after, token).text);
    const oldTail = i < 0 ? undefined : tailOf(gapOf(before, i).text);
    if (tail === undefined || oldTail === undefined || before.tokens[i]?.nesting !== now.nesting) continue;
    lines += tail === '' && oldTail === '' ? 0 : 1;
    anew += tail === oldTail ? 0 : 1;
    const seen = counts.get(tail) ?? new Map<string, number>();
    counts.set(tail, seen.set(oldTail, (seen.get(oldTail) ?? 0) + 1));
  }
  const known = new Map<string, string>();
  if (anew * 2 < lines) return known;
  for (const [tail, seen] of counts) {
    const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
    for (const [oldTail, count] of seen) if (count * 10 >= total * 9) known.set(tail, oldTail);
  }
  return known;
}

/** Without those that only make sense with others which stay: line ends of one list, brackets of one pair. */
function consistent(
  {
    gaps,
    same,
    held,
  }: { readonly gaps: readonly Gap[]; readonly same: ReadonlySet<number>; held: Set<number> },
  pairs: readonly (readonly [number, number])[],
): readonly Gap[] {
  let kept = gaps;
  for (;;) {
    const present = new Set([...same, ...kept.map(({ token }) => token)]);
    const stays = new Set<number>();
    for (const [one, other] of pairs) {
      if (!present.has(one)) stays.add(other);
      if (!present.has(other)) stays.add(one);
    }
    const next = kept.filter(({ token, reflows, shared }) => {
      const isKept = !stays.has(token) && !(reflows && held.has(shared));
      if (!isKept && reflows) held.add(shared);
      return isKept;
    });
    if (next.length === kept.length) return kept;
    kept = next;
  }
}
