/** Answer: streamed SEARCH/REPLACE blocks made into replacements of the text the model saw. */

import { diff } from './diff/diff.ts';
import { type Edit, type Replacement, toEdit } from './edit.ts';
import type { Text } from './text.ts';

export interface AnswerReader {
  push(chunk: string): readonly Replacement[];
  finish():
    | { readonly kind: 'edit'; readonly edit: Edit }
    | {
        readonly kind: 'failed';
        readonly reason: 'nothing-to-change' | 'not-found' | 'ambiguous' | 'malformed';
        readonly message: string;
      };
}

const block = /^<{5,9} ?SEARCH\n([\s\S]*?)^={5,9}\n([\s\S]*?)^>{5,9} ?REPLACE$/gm;

export function createAnswer({ text }: { readonly text: Text }): AnswerReader {
  let streamed = '';
  let done = 0;
  let failed: 'not-found' | 'ambiguous' | undefined;
  const all: Replacement[] = [];
  const read = (): readonly Replacement[] => {
    const fresh: Replacement[] = [];
    block.lastIndex = 0;
    let count = 0;
    for (const [, search = '', replace = ''] of streamed.replace(/\r\n/g, '\n').matchAll(block)) {
      if (count++ < done) continue;
      done++;
      const at = text.value.indexOf(search);
      if (at === -1) failed = 'not-found';
      else if (text.value.indexOf(search, at + 1) !== -1) failed = 'ambiguous';
      else
        for (const each of diff(search, replace))
          fresh.push({ start: each.start + at, end: each.end + at, text: each.text });
    }
    all.push(...fresh);
    return fresh;
  };
  return {
    push(chunk) {
      streamed += chunk;
      return read();
    },
    finish() {
      if (failed) return { kind: 'failed', reason: failed, message: 'The place to change was not found.' };
      const edit = toEdit(all);
      if (!edit || edit.length === 0)
        return { kind: 'failed', reason: 'nothing-to-change', message: 'The model changed nothing.' };
      return { kind: 'edit', edit };
    },
  };
}
