/** What is fuzzed, one case each: whatever throws, or breaks a law, is a failure. */

import { createAnswer } from '../../server/core/answer.ts';
import { diff } from '../../server/core/diff/diff.ts';
import { unifiedDiff } from '../../server/core/diff/unified.ts';
import { apply, compose, type Edit, invert, map, normalise, toEdit } from '../../server/core/edit.ts';
import { applyPatchParser, writeApplyPatch } from '../../server/core/formats/apply-patch.ts';
import { blocksOf } from '../../server/core/formats/block.ts';
import { readOffsets, takeOffsets, writeOffsets } from '../../server/core/formats/offsets.ts';
import type { AnswerReader } from '../../server/core/formats/reader.ts';
import { writeRewrite } from '../../server/core/formats/rewrite.ts';
import { searchReplaceParser, writeSearchReplace } from '../../server/core/formats/search-replace.ts';
import { unifiedDiffParser, writeUnifiedDiff } from '../../server/core/formats/unified-diff.ts';
import { windowFormats } from '../../server/core/formats/windows/formats.ts';
import { windowFormatNames } from '../../server/core/formats/windows/window.ts';
import { locate } from '../../server/core/locate.ts';
import { rebase } from '../../server/core/rebase.ts';
import { shape } from '../../server/core/shape.ts';
import { streamDiff } from '../../server/core/stream.ts';
import { lineCount, lineText, toText } from '../../server/core/text.ts';
import { changedText, chopped, damaged, edit, pick, type Random, scrambled, text, upTo } from './material.ts';

export type { Random } from './material.ts';

export const targets: Readonly<Record<string, (random: Random) => void>> = {
  diff(random) {
    const before = text(random);
    const after = random() < 0.7 ? changedText(random, before) : text(random);
    const found = diff(before, after, random() < 0.2 ? { steps: upTo(random, 500) } : {});
    equal(apply(before, found), after);
    unifiedDiff('a', before, found);
  },
  edit(random) {
    const value = text(random);
    const one = edit(random, value.length);
    const after = apply(value, one);
    equal(apply(after, invert(value, one)), value);
    equal(apply(value, normalise(value, one)), after);
    const two = edit(random, after.length);
    equal(apply(value, compose(one, two)), apply(after, two));
    const other = edit(random, value.length);
    const mapped = map(one, other);
    if (mapped) apply(apply(value, other), mapped);
  },
  rebase(random) {
    const value = text(random);
    const suggestion = edit(random, value.length);
    const typed = random() < 0.5 ? typedAlong(random, suggestion) : edit(random, value.length);
    const rebased = rebase(suggestion, typed, random() < 0.5 ? value : undefined);
    if (rebased.kind === 'rebased') apply(apply(value, typed), rebased.edit);
  },
  stream(random) {
    const before = text(random);
    const after = changedText(random, before).split(/\r\n|\n|\r/);
    const document = toText(before);
    const stream = streamDiff(document, { startLine: 0, endLine: lineCount(document) });
    const all = toEdit([...after.flatMap((line) => stream.push(line)), ...stream.finish()]);
    if (!all) throw new Error('replacements touch');
    // A byte order mark is not the model's to take away.
    const lines = (value: string) =>
      value
        .replace(/^\ufeff+/, '')
        .split(/\r\n|\n|\r/)
        .join('\n');
    equal(lines(apply(before, all)), lines(after.join('\n')));
  },
  locate(random) {
    const document = toText(text(random));
    const start = upTo(random, lineCount(document));
    const lines = Array.from({ length: upTo(random, 5) }, (_, i) => lineText(document, start + i));
    const search = damaged(random, lines.join('\n')).split('\n');
    const found = locate(document, search, random() < 0.3 ? { line: upTo(random, 30) } : {});
    if (found.kind === 'found' && (found.startLine < 0 || found.endLine > lineCount(document)))
      throw new Error('outside');
  },
  answer(random) {
    const before = text(random);
    const after = changedText(random, before);
    const document = toText(before);
    const answer = random() < 0.2 ? scrambled(random) : damaged(random, answerTo(random, before, after));
    const start = upTo(random, before.length);
    const region =
      random() < 0.5 ? { region: { start, end: start + upTo(random, before.length - start) } } : {};
    sameHoweverChopped(random, before, answer, () =>
      createAnswer({ text: document, path: 'a.ts', ...region }),
    );
  },
  parsers(random) {
    const before = text(random);
    const answer =
      random() < 0.4
        ? scrambled(random)
        : damaged(random, answerTo(random, before, changedText(random, before)));
    const create = pick(random, [searchReplaceParser, applyPatchParser, unifiedDiffParser]);
    const outcome = pick(random, ['completed', 'cut'] as const);
    const read = (chunks: readonly string[]) => {
      const parser = create();
      const blocks = chunks.flatMap((chunk) => parser.push(chunk));
      const end = parser.finish(outcome);
      return JSON.stringify([[...blocks, ...end.blocks], end.problem]);
    };
    equal(read(chopped(random, answer)), read([answer]));
    takeOffsets(answer);
    readOffsets(answer, before.length);
    const made = edit(random, before.length);
    equal(JSON.stringify(readOffsets(writeOffsets(made), before.length)), JSON.stringify(made));
  },
  windows(random) {
    const value = text(random, 60);
    const format = windowFormats[pick(random, windowFormatNames)];
    const document = { uri: 'file:///a', path: 'a.ts', languageId: 'text', version: 1, text: value };
    const changes = [
      { path: 'a.ts', before: text(random, 3), after: text(random, 3), line: upTo(random, 20) },
    ];
    const prompt = format.write({
      document,
      cursor: upTo(random, value.length),
      history: changes,
      snippets: [{ path: 'b', text: text(random) }],
      contextTokens: upTo(random, 4000),
    });
    if (!prompt) return;
    const lines = text(random).split(/\r\n|\n|\r/);
    const written = format.answer(toText(value), prompt.window, lines);
    const answer = random() < 0.2 ? scrambled(random) : damaged(random, written);
    sameHoweverChopped(random, value, answer, () => format.read(toText(value), prompt.window));
  },
  shape(random) {
    const value = text(random);
    const cursor = upTo(random, value.length);
    const suggestion = random() < 0.3 ? value.slice(cursor, cursor + upTo(random, 40)) : text(random, 6);
    const languageId = pick(random, ['typescript', 'python', 'markdown', 'go']);
    const shaped = shape({
      text: toText(value),
      cursor,
      suggestion,
      maxLines: 1 + upTo(random, 10),
      languageId,
    });
    if (shaped.kind === 'shown' && shaped.start !== cursor) throw new Error('not at the cursor');
  },
};

function answerTo(random: Random, before: string, after: string): string {
  const blocks = blocksOf(before, diff(before, after));
  const lines = after.split(/\r\n|\n|\r/);
  switch (upTo(random, 5)) {
    case 0:
      return writeSearchReplace(blocks);
    case 1:
      return writeApplyPatch(blocks, 'a.ts');
    case 2:
      return writeUnifiedDiff(blocks, 'a.ts');
    case 3:
      return writeRewrite(lines);
    case 4:
      return writeRewrite(lines.slice(upTo(random, 4), lines.length - upTo(random, 4)));
    default:
      return lines.join('\n');
  }
}

/** Read twice, in other chunks: the same result, an edit that can be applied, and replacements inside of the text. */
function sameHoweverChopped(random: Random, value: string, answer: string, create: () => AnswerReader): void {
  const outcome = pick(random, ['completed', 'cut'] as const);
  const read = (chunks: readonly string[]) => {
    const reader = create();
    const streamed = chunks.flatMap((chunk) => reader.push(chunk));
    for (const { start, end } of streamed)
      if (start < 0 || end < start || end > value.length) throw new Error('outside of the text');
    if (toEdit(streamed)?.length !== streamed.length) throw new Error('streamed replacements touch');
    const result = reader.finish(outcome);
    return result.kind === 'edit' ? apply(value, result.edit) : result.message;
  };
  equal(read(chopped(random, answer)), read([answer]));
}

/** What a user types who writes what is suggested. */
function typedAlong(random: Random, suggestion: Edit): Edit {
  return suggestion.flatMap(({ start, text: inserted }) =>
    random() < 0.5 ? [{ start, end: start, text: inserted.slice(0, upTo(random, inserted.length)) }] : [],
  );
}

function equal(got: string, wanted: string): void {
  if (got !== wanted) throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`);
}
