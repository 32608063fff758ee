/**
 * `npm run bench -- fixes --data FOLDER`: the right answer to each bug of HumanEvalFix, said by a model in every format,
 * through the whole built server into an editor; then the same said by models that restyle the file beside.
 *
 * - Exact: the document reads as the right text. Of what a model restyles beside, only what is proven to be no more than
 *   that is left out, so that its share of exact ones says how much can be proven.
 * - Minimal: characters changed, beside those of the smallest readable edit.
 * - The JavaScript ones are run against their own tests, before and after.
 */

import { spawnSync } from 'node:child_process';
import { diff } from '../../../server/core/diff/diff.ts';
import { writeApplyPatch } from '../../../server/core/formats/apply-patch.ts';
import { blocksOf } from '../../../server/core/formats/block.ts';
import { writeRewrite } from '../../../server/core/formats/rewrite.ts';
import { writeSearchReplace } from '../../../server/core/formats/search-replace.ts';
import { writeUnifiedDiff } from '../../../server/core/formats/unified-diff.ts';
import { toText } from '../../../server/core/text.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { type Restyler, restylers } from '../edits/guard.ts';
import { type Print, row } from '../statistics.ts';
import { type Bug, readBugs } from './dataset.ts';
import { startKnowingModel } from './model.ts';

const formats = {
  'SEARCH/REPLACE': (bug: Bug, after: string) => writeSearchReplace(blocksIn(bug, after)),
  apply_patch: (bug: Bug, after: string) => writeApplyPatch(blocksIn(bug, after), bug.file),
  'unified diff': (bug: Bug, after: string) => writeUnifiedDiff(blocksIn(bug, after), bug.file),
  'whole file': (_: Bug, after: string) => writeRewrite(after.replace(/\n$/, '').split('\n')),
} as const;

type Format = (bug: Bug, after: string) => string;

interface Sum {
  asked: number;
  exact: number;
  /** Other than the model said it. */
  wrong: number;
  refused: number;
  changed: number;
  needed: number;
  passed: number;
  passable: number;
  readonly reasons: Map<string, number>;
}

export async function benchFixes(root: string, print: Print, data: string | undefined): Promise<void> {
  const bugs = data === undefined ? [] : readBugs(data);
  if (bugs.length === 0) {
    print(
      'fixes: NOT RUN, it needs --data FOLDER with js.jsonl, python.jsonl and rust.jsonl of HumanEvalFix',
    );
    return;
  }
  print(`fixes: ${bugs.length} bugs through the whole server`);
  for (const [name, write] of Object.entries(formats)) {
    const sum = await replay(
      root,
      bugs.map((bug) => ({ bug, model: bug.after })),
      write,
    );
    report(print, `in ${name}`, sum);
  }
  for (const restyler of restylers(root)) {
    const told: Said[] = [];
    for (const bug of bugs) {
      if (!restyler.languages.test(bug.language) || restyler.name.startsWith('as it was')) continue;
      const model = await restyled(restyler, bug);
      if (model !== undefined && model !== bug.after) told.push({ bug, model });
    }
    if (told.length > 0)
      report(print, `restyled, ${restyler.name}`, await replay(root, told, formats['SEARCH/REPLACE']));
  }
}

/** Nothing where the formatter refuses the text. */
async function restyled(restyler: Restyler, { after, language }: Bug): Promise<string | undefined> {
  try {
    return await restyler.restyle(after, language);
  } catch {
    return undefined;
  }
}

interface Said {
  readonly bug: Bug;
  /** The text as the model would have it. */
  readonly model: string;
}

async function replay(root: string, all: readonly Said[], write: Format): Promise<Sum> {
  const model = await startKnowingModel();
  const { client, exit } = startServerProcess({
    program: `${root}dist/whittle.js`,
    editor: 'vscode',
    settings: {
      whittle: {
        model: { url: model.url, name: 'knowing' },
        completion: { enabled: false },
        limits: { requestsPerMinute: 1e6 },
      },
    },
  });
  const sum: Sum = {
    asked: 0,
    exact: 0,
    wrong: 0,
    refused: 0,
    changed: 0,
    needed: 0,
    passed: 0,
    passable: 0,
    reasons: new Map(),
  };
  await client.initialize();
  for (const { bug, model: said } of all) {
    const uri = `file:///nowhere/${bug.file}`;
    model.answers.set(bug.file, write(bug, said));
    client.open(uri, bug.before, bug.language);
    const outcome = (await client.execute('whittle.edit', {
      uri,
      instruction: 'Fix the bug.',
      wait: true,
    })) as {
      readonly ok: boolean;
      readonly message?: string;
    };
    const landed = client.text(uri);
    client.close(uri);
    sum.asked++;
    if (!outcome.ok) {
      sum.refused++;
      const reason = outcome.message ?? '';
      sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + 1);
    } else if (landed === bug.after) sum.exact++;
    // What is not proven to be mere restyling lands as the model wrote it.
    else if (said === bug.after) sum.wrong++;
    sum.changed += size(bug.before, landed);
    sum.needed += size(bug.before, bug.after);
    if (bug.language !== 'javascript') continue;
    if (passes(landed, bug.test)) sum.passed++;
    if (passes(bug.after, bug.test)) sum.passable++;
  }
  await client.shutdown();
  await exit;
  await model.close();
  return sum;
}

function report(print: Print, what: string, sum: Sum): void {
  const share = (part: number) => `${((100 * part) / Math.max(1, sum.asked)).toFixed(1)} %`;
  row(
    print,
    `${what} (${sum.asked})`,
    `exact ${share(sum.exact)}, refused ${sum.refused}, wrong ${sum.wrong}`,
    `changed ${(sum.changed / Math.max(1, sum.needed)).toFixed(3)} × needed; JavaScript that passes its tests: ${sum.passed} (the right text itself: ${sum.passable})`,
  );
  for (const [reason, count] of sum.reasons) print(`      ${count} × ${reason}`);
}

function size(before: string, after: string): number {
  return diff(before, after).reduce((sum, { start, end, text }) => sum + end - start + text.length, 0);
}

function blocksIn(bug: Bug, after: string): ReturnType<typeof blocksOf> {
  return blocksOf(toText(bug.before), diff(bug.before, after));
}

/** `console.assert` only complains: anything said is a failure. */
function passes(code: string, test: string): boolean {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=commonjs', '-'], {
    input: `${code}\n${test}`,
    encoding: 'utf8',
    timeout: 10_000,
  });
  return status === 0 && stderr === '';
}
