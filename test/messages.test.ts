/**
 * Every sentence that a user can be told, in one table: `messages.txt`, read by a person whenever it changes. Found in
 * the sources by what is called with it; `…` stands for what is filled in.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const server = fileURLToPath(new URL('../server', import.meta.url));

/** What takes a sentence for the user, with the words before it that are none. */
const callee =
  /\b(?:failure|answerFailure|refused|say|warn|complain|unreadable|wrong|ServerEnded|partly|staying)\(\s*(?:'(?:error|warn|info|[a-z-]+)',\s*)?/g;
const field = /\b(?:message|problem|why|sentence):\s*/g;
/** A template, and what is filled into it, one level deep. */
const literal =
  /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\})*)`)/;

interface Message {
  readonly file: string;
  readonly text: string;
}

function messagesIn(file: string): readonly Message[] {
  const source = readFileSync(join(server, file), 'utf8');
  const found = [...source.matchAll(callee), ...source.matchAll(field)].flatMap((match) => {
    const rest = source.slice(match.index + match[0].length);
    const [, single, double, template] = literal.exec(rest) ?? [];
    const text = (single ?? double ?? template ?? '').replace(/\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}/g, '…');
    const plain = text
      .replace(/\\(['"`])/g, '$1')
      .replace(/\s+/g, ' ')
      .trim();
    return plain.includes(' ') ? [{ file, text: plain }] : [];
  });
  return found.sort((a, b) => (a.text < b.text ? -1 : 1));
}

const folders = ['core', 'features', 'lsp', 'cli', 'state', 'session', 'gateway'];
const files = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && folders.some((folder) => file.startsWith(`${folder}/`)))
  .sort();
const messages = files.flatMap(messagesIn);

test('the table is as it was when a person last read it', async () => {
  const unique = [...new Map(messages.map((each) => [`${each.file} ${each.text}`, each])).values()];
  const table = unique.map(({ file, text }) => `${file}\n    ${text}`).join('\n');
  await expect(`${table}\n`).toMatchFileSnapshot('messages.txt');
});

test('there are some of every folder that talks to users', () => {
  for (const folder of ['core/', 'features/', 'lsp/', 'cli/', 'state/'])
    expect(messages.some(({ file }) => file.startsWith(folder))).toBe(true);
});

describe('every one', () => {
  /** What is put together elsewhere, or is the piece of a sentence, begins small. */
  const sentences = messages.filter(({ text }) => /^(?:[A-Z]|…)/.test(text));

  test('ends as a sentence does', () => {
    expect(sentences.filter(({ text }) => !/[.…?]\)?$/.test(text)).map(({ text }) => text)).toEqual([]);
  });

  test('says it in plain words', () => {
    const jargon =
      /\b(?:undefined|null|NaN|object Object|exception|stack|regex|JSON-RPC|params|callback|promise|abort(?:ed)?|invalid argument|ENOENT|assert|TODO|oops|sorry|please)\b/i;
    expect(messages.filter(({ text }) => jargon.test(text)).map(({ text }) => text)).toEqual([]);
  });
});
