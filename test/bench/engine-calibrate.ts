/**
 * Fits the weights of `server/engine/calibration.ts` on code bases given as folders, one code base each:
 *
 *   npx esbuild test/bench/engine-calibrate.ts --bundle --platform=node --format=esm --outfile=/tmp/calibrate.mjs
 *   node /tmp/calibrate.mjs FOLDER... > weights.txt
 *
 * Every symbol the engine would add at a random cursor of a held-out file is one example, as long as all before
 * it was right: its features, and whether the text was still what the file says. Logistic regression by Newton's
 * method with a small ridge, one model for each kind of symbol. Half of the cursors see the text below, half do
 * not; in a third of the cases only two neighbouring files are known instead of the whole code base.
 */

import { lineAt, lineStart } from '../../server/core/text.ts';
import { type StepKind, wholeFeatures } from '../../server/engine/confidence.ts';
import { defaultLimits, Knowledge } from '../../server/engine/knowledge.ts';
import { languageOf } from '../../server/engine/language.ts';
import { Mirror } from '../../server/engine/mirror.ts';
import { type CodeBase, drawSamples, readCodeBase, type SourceFile, type View } from './engine-samples.ts';

interface Example {
  readonly kind: StepKind;
  readonly features: Float64Array;
  readonly right: boolean;
}

/** Long copies are many examples of one thing; the first steps tell more. */
const mostStepExamples = 12;
/** Steps followed at most, and how many of them behind the first wrong one, to see suggestions that go on. */
const mostSteps = 32;
const mostWrong = 8;

/** One list of steps for each cursor. */
export function collect(base: CodeBase, cursors: number): Example[][] {
  const traces: Example[][] = [];
  const conditions: readonly { view: View; files: 'all' | 'few'; share: number }[] = [
    { view: 'below', files: 'all', share: 0.35 },
    { view: 'end', files: 'all', share: 0.3 },
    { view: 'below', files: 'few', share: 0.2 },
    { view: 'end', files: 'few', share: 0.15 },
  ];
  const all = knowledgeOf(base.known);
  for (const { view, files, share } of conditions) {
    for (const sample of drawSamples(base, Math.ceil(cursors * share), view)) {
      const neighbours = base.known
        .filter(({ path }) => folderOf(path) === folderOf(sample.file.path))
        .slice(0, 2);
      const knowledge = files === 'all' ? all : knowledgeOf(neighbours);
      const { path } = sample.file;
      const document = { uri: `file://${path}`, path, languageId: '', version: 0, text: sample.text };
      const mirror = new Mirror(document, knowledge.vocabulary);
      const line = lineAt(mirror.text, sample.cursor);
      const prefix = sample.text.slice(lineStart(mirror.text, line), sample.cursor);
      const cursor = knowledge.window.fill(mirror, line, prefix, '');
      knowledge.predictor.begin({ path, language: languageOf(path) });
      const trace: Example[] = [];
      let wrong = 0;
      knowledge.completer.grow(cursor, { maxLines: 4, eol: '\n', least: 0, below: '' }, 0, {
        step(features, kind, text) {
          const right = sample.truth.startsWith(text);
          trace.push({ kind, features, right });
          if (!right) wrong++;
          return trace.length < mostSteps && wrong < mostWrong;
        },
      });
      traces.push(trace);
    }
  }
  return traces;
}

function knowledgeOf(files: readonly SourceFile[]): Knowledge {
  const knowledge = new Knowledge({ ...defaultLimits, openSymbols: 16 });
  for (const { path, text } of files) knowledge.learnFile({ path, stamp: '' }, text);
  return knowledge;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Newton's method on the ridge-penalised log-likelihood. */
export function fitted(examples: readonly Pick<Example, 'features' | 'right'>[], ridge = 3): number[] {
  const n = examples[0]?.features.length ?? 0;
  let w = new Array<number>(n).fill(0);
  for (let round = 0; round < 12; round++) {
    const gradient = w.map((value, i) => (i === 0 ? 0 : -ridge * value));
    const hessian = w.map((_, i) => w.map((__, j) => (i === j ? ridge : 0)));
    for (const { features, right } of examples) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (w[i] ?? 0) * (features[i] ?? 0);
      const p = 1 / (1 + Math.exp(-sum));
      const slope = p * (1 - p);
      for (let i = 0; i < n; i++) {
        const x = features[i] ?? 0;
        if (x === 0) continue;
        gradient[i] = (gradient[i] ?? 0) + x * ((right ? 1 : 0) - p);
        const row = hessian[i] as number[];
        for (let j = 0; j < n; j++) row[j] = (row[j] ?? 0) + slope * x * (features[j] ?? 0);
      }
    }
    const change = solve(hessian, gradient);
    w = w.map((value, i) => value + (change[i] ?? 0));
  }
  return w;
}

function solve(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, vector[i] ?? 0]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let j = i + 1; j < n; j++)
      if (Math.abs(rows[j]?.[i] ?? 0) > Math.abs(rows[pivot]?.[i] ?? 0)) pivot = j;
    [rows[i], rows[pivot]] = [rows[pivot] as number[], rows[i] as number[]];
    const head = rows[i] as number[];
    for (let j = i + 1; j < n; j++) {
      const row = rows[j] as number[];
      const factor = (row[i] ?? 0) / (head[i] || 1e-12);
      for (let k = i; k <= n; k++) row[k] = (row[k] ?? 0) - factor * (head[k] ?? 0);
    }
  }
  const result = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] as number[];
    let sum = row[n] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (row[k] ?? 0) * (result[k] ?? 0);
    result[i] = sum / (row[i] || 1e-12);
  }
  return result;
}

/** The log-loss of predicting with the weights, beside predicting the mean. */
function loss(examples: readonly Pick<Example, 'features' | 'right'>[], w: readonly number[]): number {
  let sum = 0;
  for (const { features, right } of examples) {
    let z = 0;
    for (let i = 0; i < features.length; i++) z += (w[i] ?? 0) * (features[i] ?? 0);
    const p = 1 / (1 + Math.exp(-z));
    sum -= Math.log(Math.max(1e-9, right ? p : 1 - p));
  }
  return sum / Math.max(1, examples.length);
}

/** Steps as long as all before them were right: each asks whether the next symbol is right. */
function stepExamples(traces: readonly Example[][]): Example[] {
  return traces.flatMap((trace) => {
    const wrong = trace.findIndex(({ right }) => !right);
    return trace.slice(0, Math.min(mostStepExamples, wrong === -1 ? trace.length : wrong + 1));
  });
}

/** Every place where a suggestion could end that the engine might show: is all of it right? */
function wholeExamples(traces: readonly Example[][], w: Readonly<Record<StepKind, readonly number[]>>) {
  const examples: Pick<Example, 'features' | 'right'>[] = [];
  for (const trace of traces) {
    let product = 1;
    let weakest = 1;
    for (let i = 0; i < trace.length; i++) {
      const { kind, features, right } = trace[i] as Example;
      const p = probability(features, w[kind]);
      product *= p;
      weakest = Math.min(weakest, p);
      if (product < 0.1) break;
      if (kind !== 'break')
        examples.push({ features: wholeFeatures({ product, weakest, steps: i + 1 }), right });
    }
  }
  return examples;
}

function probability(features: Float64Array, w: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < features.length; i++) sum += (w[i] ?? 0) * (features[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const cursors = Number(process.argv.find((argument) => argument.startsWith('--cursors='))?.slice(10) ?? 3000);
if (folders.length > 0) {
  const traces: Example[][] = [];
  for (const folder of folders) {
    const base = readCodeBase(folder);
    const found = collect(base, cursors);
    console.error(
      `${base.name}: ${base.known.length} files known, ${base.heldOut.length} held out, ${found.length} cursors`,
    );
    traces.push(...found);
  }
  const steps = stepExamples(traces);
  const w: Record<StepKind, readonly number[]> = { word: [], rest: [], mark: [], break: [] };
  for (const kind of ['word', 'rest', 'mark', 'break'] as const) {
    const own = steps.filter((example) => example.kind === kind);
    w[kind] = fitted(own);
    print(kind, own, w[kind]);
  }
  const whole = wholeExamples(traces, w);
  print('whole', whole, fitted(whole));
}

function print(
  name: string,
  examples: readonly Pick<Example, 'features' | 'right'>[],
  w: readonly number[],
): void {
  const right = (100 * examples.filter((example) => example.right).length) / Math.max(1, examples.length);
  console.log(
    `  // ${examples.length} examples, ${right.toFixed(1)} % right, log-loss ${loss(examples, w).toFixed(3)}`,
  );
  console.log(`  ${name}: [${w.map((value) => value.toFixed(3)).join(', ')}],`);
}
