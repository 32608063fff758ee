/** Answers in tags, with signs as HTML or printed text has them, and behind marks of the cursor that others use. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('tags that name the task', () => {
  shapingCases('typescript', [
    ['a completion', 'a = █', '<completion>1;</completion>', 'a = █❰↦1;❱'],
    ['on lines of their own', 'a = █', '<completion>\n1;\n</completion>', 'a = █❰↦1;❱'],
    ['whose end is to come', 'a = █', '<completion>1;', 'a = █❰↦1;❱'],
    ['before lines', 'f() {█', '<code>\n  a();\n}</code>', 'f() {█❰↦\n  a();\n}❱'],
    ['an element in a string', "a = '█", "<code>b</code>';", "a = '█❰↦<code>b</code>';❱"],
  ]);
  shapingCases('html', [['an element', '<p>█</p>', '<code>a</code>', '<p>█❰↦<code>a</code>❱</p>']]);
});

describe('marks of the cursor', () => {
  shapingCases('typescript', [
    ['at the end', 'a = █', '1;<cursor>', 'a = █❰↦1;❱'],
    ['at the beginning', 'a = █', '<cursor>1;', 'a = █❰↦1;❱'],
    ['in the line again', 'a = b█', 'a = b<cursor>(1);', 'a = b█❰↦(1);❱'],
    ['in capitals', 'a = █', '1;[CURSOR]', 'a = █❰↦1;❱'],
    ['a type of that name', 'a = new █', 'List<cursor>(b);', 'a = new █❰↦List<cursor>(b);❱'],
    ['an index of that name', 'a = █', 'b[cursor];', 'a = █❰↦b[cursor];❱'],
  ]);
});

describe('signs as HTML has them', () => {
  shapingCases('cpp', [
    ['in code', 'if (█', 'a &lt; b &amp;&amp; c) {', 'if (█❰↦a < b && c) {❱'],
    ['in a string', 'a = █', '"&lt;";', 'a = █❰↦"&lt;";❱'],
    ['in a replacement', 'a = b█', '.replace(\'>\', "&gt;");', 'a = b█❰↦.replace(\'>\', "&gt;");❱'],
    ['in a comment', 'a();█', ' // &lt;b&gt;', 'a();█❰↦ // &lt;b&gt;❱'],
  ]);
  shapingCases('typescriptreact', [
    ['in an element', 'return <p>█', 'a &lt; b</p>;', 'return <p>█❰↦a &lt; b</p>;❱'],
  ]);
});

describe('signs of printed text', () => {
  shapingCases('python', [
    ['quotes', 'print(█', '“a”, ‘b’)', 'print(█❰↦"a", \'b\')❱'],
    ['quotes in a string', 'print(█', '"“a”")', 'print(█❰↦"“a”")❱'],
    ['blanks', 'a =█', '\u00a0b\u00a0+ c', 'a =█❰↦ b + c❱'],
    ['blanks in a string', 'a = █', '"10\u00a0000"', 'a = █❰↦"10\u00a0000"❱'],
    ['signs that nobody sees', 'a = █', '\u200bb', 'a = █❰↦b❱'],
  ]);
});

describe('thoughts', () => {
  shapingCases('python', [
    ['before a line below', 'if a:█', '<think>Well.</think>\n\n\n    b()', 'if a:█❰↦\n    b()❱'],
    ['close to it', 'if a:█', '<think>Well.</think>\n    b()', 'if a:█❰↦\n    b()❱'],
  ]);
});

describe('fences', () => {
  shapingCases('typescript', [
    ['the end of one alone, behind a sentence', '// Answer█', 's it.\n```', '// Answer█❰↦s it.❱'],
    ['a diff', 'a();\nb(█', '```diff\n a();\n-b(\n+b(1);\n```', 'a();\nb(█❰↦1);❱'],
    ['a diff that changes nothing', 'a();\nb(█', '```diff\n a();\n```', 'nothing-to-say'],
  ]);
  shapingCases('markdown', [
    ['in the middle of a line', 'Run `npm█', '```\n test` first.\n```', 'Run `npm█❰↦ test` first.❱'],
    [
      'announced in the middle of a line',
      'Run `npm█',
      'Here is the completion:\n\n```markdown\n test` first.\n```',
      'Run `npm█❰↦ test` first.❱',
    ],
  ]);
});

describe('what is said around a comment', () => {
  shapingCases('python', [
    ['behind it', '# Reads the █', 'file.\n\nThis code completes the comment.', '# Reads the █❰↦file.❱'],
    ['before it', '# Reads the █', 'Here is the completion:\n\nfile.', '# Reads the █❰↦file.❱'],
    ['a sentence of it', '# █', 'Here is the list:', '# █❰↦Here is the list:❱'],
  ]);
});
