/** Documents to ask about, made of frozen sources, and a person typing in the middle of them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AskDocument, CompleteAsk } from '../../../server/core/ask.ts';
import type { Edit } from '../../../server/core/edit.ts';

const folder = 'test/bench/completion/typed';

/**
 * Source text of `bytes`: real files as they once were, so that a change of the product's own sources moves no figure.
 * They come again where they are too short; names of several words then carry the copy's number, as no function of a
 * real file stands in it twice.
 */
export function sourceText(root: string, bytes: number): string {
  const files = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts.txt'))
    .sort()
    .map((name) => readFileSync(join(root, folder, name), 'utf8').replace(/[^\x20-\x7e\n]/g, '?'))
    .join('\n');
  let text = files;
  for (let copy = 2; text.length < bytes; copy++)
    text += `\n${files.replace(/\b(?:[A-Z]\w+|[a-z]+[A-Z]\w*)\b/g, `$&${copy}`)}`;
  return text.slice(0, bytes);
}

/** One key, the document after it, and what is asked then. */
export interface Keystroke {
  readonly change: { readonly version: number; readonly edit: Edit };
  /** From the document as it was opened. */
  readonly since: Edit;
  readonly ask: CompleteAsk;
}

export interface Typing {
  readonly opened: AskDocument;
  key(index: number): Keystroke;
}

export interface TypingOptions {
  readonly uri: string;
  readonly outputTokens: number;
  readonly contextTokens: number;
}

/** A function of the text is missing, and is typed again, key by key; what comes after it is typed once more. */
export function typingIn(text: string, { uri, outputTokens, contextTokens }: TypingOptions): Typing {
  const at = text.indexOf('\n\n', Math.floor(text.length / 2)) + 1;
  const typed = text.slice(at, text.indexOf('\n\n', at + 400) + 1);
  const before = text.slice(0, at);
  const behind = text.slice(at + typed.length);
  const document = (version: number, body: string): AskDocument => ({
    uri,
    path: 'bench/typed.ts',
    languageId: 'typescript',
    version,
    text: flat(body),
  });
  return {
    opened: document(1, before + behind),
    key(index) {
      const all = typed.repeat(Math.ceil((index + 1) / typed.length)).slice(0, index + 1);
      const cursor = at + all.length;
      return {
        change: { version: index + 2, edit: [{ start: cursor - 1, end: cursor - 1, text: all.slice(-1) }] },
        since: [{ start: at, end: at, text: all }],
        ask: {
          task: 'complete',
          document: document(index + 2, `${before}${all}${behind}`),
          cursor,
          maxLines: 20,
          candidates: 1,
          history: [],
          snippets: [],
          diagnostics: [],
          contextTokens,
          maxOutputTokens: outputTokens,
        },
      };
    },
  };
}

/** As one piece in memory: who asks is not to pay for how the bench puts it together. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
