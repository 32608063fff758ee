/** What a change costs to take in: a key in a very long file, and a format that comes as one change for each line. */

import { TextDocument } from 'vscode-languageserver-textdocument';
import { lineStart } from '../../server/core/text.ts';
import { toEdit } from '../../server/lsp/synchronisation.ts';
import { createDocuments } from '../../server/state/documents.ts';
import { fileOf } from './latency.ts';
import { median, ms, type Print, row } from './statistics.ts';

const uri = 'untitled:big.ts';

export function benchChange(print: Print): void {
  benchKey(print);
  benchFormat(print);
}

function opened(lines: number) {
  const text = fileOf(lines);
  const documents = createDocuments();
  const { text: first } = documents.open({ uri, languageId: 'typescript', version: 1, text });
  const reference = TextDocument.create(uri, 'typescript', 1, text);
  reference.lineCount; // Its line index is made at the first use.
  return { now: () => documents.get(uri)?.text ?? first, documents, reference };
}

function benchKey(print: Print): void {
  const lines = 100_000;
  print(`a key in a file of ${lines} lines`);
  const { now, documents, reference: first } = opened(lines);
  let reference = first;
  const own: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < 200; i++) {
    const position = { line: 50_000, character: 2 };
    const at = lineStart(now(), position.line) + position.character;
    const before = performance.now();
    documents.change(uri, i + 2, [{ start: at, end: at, text: 'x' }]);
    now().value.charCodeAt(at);
    const between = performance.now();
    const change = { range: { start: position, end: position }, text: 'x' };
    reference = TextDocument.update(reference, [change], i + 2);
    reference.getText().charCodeAt(at);
    const behind = performance.now();
    if (i < 20) continue;
    own.push(between - before);
    theirs.push(behind - between);
  }
  judge(print, 'didChange taken in', { own, theirs, budget: '≤ 1.3 ×' });
}

/** As VS Code tells of it: from the last line to the first, all in one notification. */
function benchFormat(print: Print): void {
  const lines = 10_000;
  print(`each of ${lines} lines indented, and back again, in one notification`);
  const { now, documents, reference: first } = opened(lines);
  let reference = first;
  const own: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < 8; i++) {
    const changes = Array.from({ length: lines }, (_, n) => {
      const line = lines - 1 - n;
      const [end, text] = i % 2 === 0 ? [0, '  '] : [2, ''];
      const range = { start: { line, character: 0 }, end: { line, character: end } };
      return { kind: 'range', range, text } as const;
    });
    const before = performance.now();
    documents.change(uri, i + 2, toEdit(now(), changes, { encoding: 'utf-16', onlyLineFeeds: false }));
    now().value.charCodeAt(0);
    const between = performance.now();
    reference = TextDocument.update(reference, [...changes], i + 2);
    reference.getText().charCodeAt(0);
    const behind = performance.now();
    if (now().value !== reference.getText()) throw new Error('The two texts are not the same.');
    own.push(between - before);
    theirs.push(behind - between);
  }
  judge(print, 'the same', { own, theirs, budget: '' });
}

interface Times {
  readonly own: readonly number[];
  readonly theirs: readonly number[];
  readonly budget: string;
}

function judge(print: Print, what: string, { own, theirs, budget }: Times): void {
  const ratio = (median(own) / median(theirs)).toPrecision(2);
  const measured = `${ms(median(own))} / ${ms(median(theirs))} = ${ratio} ×`;
  row(print, `${what} / \`TextDocument.update\` alone, p50`, measured, budget);
}
