/** Documents to ask about, made of this repository's own sources, and a person typing in the middle of them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AskDocument, CompleteAsk } from '../../../server/core/ask.ts';
import type { Edit } from '../../../server/core/edit.ts';

/** Source text of about `bytes`: whole files of `server`, by name. */
export function sourceText(root: string, bytes: number): string {
  const files = readdirSync(join(root, 'server/core'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  let text = '';
  for (const file of files) {
    if (text.length >= bytes) break;
    text += readFileSync(join(root, 'server/core', file), 'utf8').replace(/[^\x20-\x7e\n]/g, '?');
  }
  return text.slice(0, bytes);
}

/** One key, the document after it, and what is asked then. */
export interface Keystroke {
  readonly change: { readonly version: number; readonly edit: Edit };
  readonly ask: CompleteAsk;
}

export interface Typing {
  readonly opened: AskDocument;
  key(index: number): Keystroke;
}

/** What is typed, over and over: code without a pause, as it is when it is meant. */
const typed = `
  const remaining = entries.filter((entry) => !entry.done && entry.weight > limit);
  if (remaining.length === 0) return undefined;
  for (const { name, weight } of remaining) report(name, weight);
`;

export function typingIn(
  text: string,
  options: { readonly outputTokens: number; readonly uri?: string },
): Typing {
  const uri = options.uri ?? 'file:///bench/typed.ts';
  const at = text.indexOf('\n', Math.floor(text.length / 2)) + 1;
  const before = text.slice(0, at);
  const behind = text.slice(at);
  const document = (version: number, body: string): AskDocument => ({
    uri,
    path: 'bench/typed.ts',
    languageId: 'typescript',
    version,
    text: body,
  });
  return {
    opened: document(1, text),
    key(index) {
      const all = typed.repeat(Math.ceil((index + 1) / typed.length)).slice(0, index + 1);
      const cursor = at + all.length;
      return {
        change: { version: index + 2, edit: [{ start: cursor - 1, end: cursor - 1, text: all.slice(-1) }] },
        ask: {
          task: 'complete',
          document: document(index + 2, `${before}${all}${behind}`),
          cursor,
          maxLines: 20,
          candidates: 1,
          history: [],
          snippets: [],
          diagnostics: [],
          contextTokens: 65_536,
          maxOutputTokens: options.outputTokens,
        },
      };
    },
  };
}
