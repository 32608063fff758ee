/**
 * Texts made to be slow, through what reads documents and answers in the server's own process. Nothing is timed: at these
 * sizes what is quadratic takes minutes, and the test's own limit ends it.
 */

import { describe, expect, test } from 'vitest';
import { instructionComments } from '../server/core/comment.ts';
import { diff } from '../server/core/diff/diff.ts';
import { apply } from '../server/core/edit.ts';
import { enclosingFunction } from '../server/core/enclosing-function.ts';
import { blocksOf } from '../server/core/formats/block.ts';
import { searchReplaceParser } from '../server/core/formats/search-replace.ts';
import { unifiedDiffParser } from '../server/core/formats/unified-diff.ts';
import { importLines, importPlace } from '../server/core/imports.ts';
import { tokensOf } from '../server/core/lexical.ts';
import { locate } from '../server/core/locate.ts';
import { promptFormats, render } from '../server/core/prompt/render.ts';
import { declaredIn, termsOf } from '../server/core/related/terms.ts';
import { findingReader } from '../server/core/review/findings.ts';
import { blockBelow } from '../server/core/scope.ts';
import { shape } from '../server/core/shape.ts';
import { lineAt, lineStart, replaced, toText } from '../server/core/text.ts';
import { rewritesAt } from '../server/features/actions/rewrites.ts';
import { redactFragment } from '../server/state/privacy/fragment.ts';
import { redact, redactedEdit, redactedText, redactionAfter } from '../server/state/privacy/redaction.ts';
import { createVault } from '../server/state/privacy/vault.ts';
import { askDocument } from './support/asks.ts';

const size = 150_000;

const pieces = [
  ' ',
  '\t',
  '\n',
  ' \n',
  '\r\n',
  'a',
  'a ',
  'a.',
  'a,',
  'a(',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '){',
  '<',
  '>',
  '"',
  "'",
  '`',
  '`${',
  '\\',
  '\\"',
  '/',
  '// ',
  '/*',
  '/*\n',
  '*',
  '#',
  '-',
  '+',
  '=',
  "a='b'",
  ':',
  '0',
  'A',
  '_',
  '\u2028',
  'a\u00a0',
  '“a”',
  '&lt;a',
  '😀',
  'password=',
  'password="',
  'token: ',
  '--secret ',
  'login x password ',
  'authorization: ',
  'bearer ',
  '<password>',
  'http://a:b@',
  '//',
  'Ab1+',
  'eyJ',
  '-eyJ',
  'eyJaaaaaaaaaaaa.',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN RSA PRIVATE KEY-----\n',
  'Private-Lines: 1\n',
  'WHITTLE_SECRET_a',
  'Zq1',
  'sk-',
  'AKIA',
  'SG.',
  'xox',
  'import\n',
  'import {\n',
  'use\n',
  'export ',
  'from x ',
  'def f(',
  'function a(',
  'async ',
  'case ',
  '"""',
  '"""\n',
  '// whittle: a\n',
  '"// whittle: a',
  '# whittle: a ',
  '<<<<<<< SEARCH\n',
  '<<<<<<< ',
  '=======\n',
  '>>>>>>> REPLACE\n',
  '@@ -1 +1 @@\n',
  '--- a\n+++ b\n',
  '*** Begin Patch\n',
  '```\n',
  '~~~',
  '<think>',
  '</think>',
  "Let's a ",
  'Sure, ',
  'default\n',
  'pub(',
  'func (',
  'qwen ',
  'if (a) {\n',
  '  x\n',
  'end\n',
  'else:\n',
];
/** What stands behind so many of the same: it makes what nearly matched fail. */
const ends = ['!'];

const vault = () => createVault(1);

const readers: Readonly<Record<string, (text: string) => void>> = {
  secrets(value) {
    const known = vault();
    const before = redact(value, known);
    expect(known.restore(redactedText(before, known))).toBe(value);
    redactFragment(value.slice(0, 100_000), known);
    let redaction = before;
    for (const start of [0, value.length]) {
      const edit = [{ start, end: start, text: 'x' }];
      const after = redactionAfter(redaction, edit, {
        text: toText(apply(redaction.text.value, edit)),
        vault: known,
      });
      redactedEdit(redaction, after, { edit, vault: known });
      redaction = after;
    }
  },
  actions(value) {
    for (const languageId of ['javascript', 'python']) {
      const text = toText(value);
      const snapshot = { uri: 'file:///a', languageId, version: 1, text };
      for (const at of [0, value.length]) {
        instructionComments(text, languageId, { start: at, end: at });
        rewritesAt(snapshot, { start: at, end: at });
        enclosingFunction(text, at);
        blockBelow(text, lineAt(text, at));
      }
      instructionComments(text, languageId, { start: 0, end: value.length });
      importLines(text);
      importPlace(text);
    }
  },
  words(value) {
    termsOf(value);
    declaredIn(value);
    tokensOf(value);
  },
  'ghost text'(value) {
    const text = toText(`function a() {\n  b(${value}`);
    for (const cursor of [text.value.length, 19, lineStart(text, 1)])
      shape({ text, cursor, suggestion: value, maxLines: 20, languageId: 'javascript' });
    const short = toText('let a = \nb\n');
    for (const languageId of ['javascript', 'python', 'markdown'])
      for (const open of [false, true])
        shape({ text: short, cursor: 8, suggestion: value, maxLines: 500, languageId, open });
  },
  answers(value) {
    for (const parser of [searchReplaceParser(), unifiedDiffParser()]) {
      parser.push(value);
      parser.finish('completed');
    }
    const findings = findingReader();
    findings.push(value);
    findings.finish();
  },
  edits(value) {
    const after = `${value.slice(0, value.length >> 1)}x${value.slice(value.length >> 1)}`;
    const text = toText(value);
    blocksOf(value, diff(value, after));
    const lines = value.split('\n');
    const half = lines.slice(lines.length >> 1);
    for (const search of [['a', 'x', value.slice(0, 200)], half, [...half, 'x']]) locate(text, search);
    const parser = searchReplaceParser();
    for (const mark of ['<<<<<<< SEARCH', '=======', '>>>>>>> REPLACE']) parser.push(`${mark}\n${value}\n`);
    parser.finish('completed');
    replaced(text, 0, 0, 'x');
  },
  prompts(value) {
    const ask = {
      task: 'complete',
      document: askDocument(value),
      cursor: value.length >> 1,
      history: [],
      snippets: [{ path: 'b.ts', text: value.slice(0, 50_000) }],
      diagnostics: [],
      contextTokens: 131_072,
      maxOutputTokens: 256,
      maxLines: 20,
      candidates: 1,
    } as const;
    render(ask, promptFormats.chat);
  },
};

describe.each(Object.keys(readers))('%s of a hostile text', (name) => {
  test.each(pieces)('%j over and over', { timeout: 20_000 }, (piece) => {
    for (const end of ends) readers[name]?.(piece.repeat(Math.ceil(size / piece.length)) + end);
  });
});
