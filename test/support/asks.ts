/** Asks and documents for tests. The text's `█` is the cursor; what stands between « and » is the region. */

import type { Ask, AskDocument, NextEditAsk } from '../../server/core/ask.ts';
import { apply, type Replacement } from '../../server/core/edit.ts';
import type { AnswerEvent } from '../../server/core/model.ts';
import { readNextEdit } from '../../server/core/next-edit/answer.ts';
import { toText } from '../../server/core/text.ts';

export function askDocument(text: string, more: Partial<AskDocument> = {}): AskDocument {
  return { uri: 'file:///work/a.ts', path: 'a.ts', languageId: 'typescript', version: 1, text, ...more };
}

const context = {
  history: [],
  snippets: [],
  diagnostics: [],
  contextTokens: 4096,
  maxOutputTokens: 256,
} as const;

export function completeAsk(
  marked: string,
  more: { readonly version?: number; readonly uri?: string } = {},
): Ask {
  const cursor = marked.indexOf('█');
  const document = askDocument(marked.replace('█', ''), more);
  return { ...context, task: 'complete', document, cursor, maxLines: 20, candidates: 1 };
}

export function editAsk(marked: string, instruction: string): Ask {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  return {
    ...context,
    task: 'edit',
    document: askDocument(marked.replace(/[«»]/g, '')),
    region: { start, end },
    instruction,
  };
}

/** The region is the whole text. */
export function nextEditAsk(marked: string): NextEditAsk {
  const cursor = marked.indexOf('█');
  const text = marked.replace('█', '');
  const region = { start: 0, end: text.replace(/\n$/, '').length };
  return { ...context, task: 'nextEdit', document: askDocument(text), cursor, region };
}

/** The text as an answer to the question for the next edit makes it, or how the answer ended. */
export async function nextEdited(ask: NextEditAsk, answer: AsyncIterable<AnswerEvent>): Promise<string> {
  const { text } = ask.document;
  const reader = readNextEdit(toText(text), ask.region);
  const found: Replacement[] = [];
  for await (const event of answer) {
    if (event.kind === 'text') found.push(...reader.push(event.text));
    else if (event.kind === 'failed') return `failed ${event.failure.code}`;
    else if (event.kind === 'done')
      found.push(...reader.finish({ outcome: event.outcome, format: event.metadata.format }));
  }
  return apply(text, found);
}

/** The answer in one line: text of each candidate, refusal, then its ending. */
export async function drawn(answer: AsyncIterable<AnswerEvent>): Promise<string> {
  const texts: string[] = [];
  let refusal = '';
  let ending = 'no ending';
  for await (const event of answer) {
    if (event.kind === 'text') texts[event.index] = (texts[event.index] ?? '') + event.text;
    else if (event.kind === 'refusal') refusal += event.text;
    else if (event.kind === 'failed') ending = `failed ${event.failure.code}`;
    else if (event.kind === 'done')
      ending = event.outcome === 'completed' ? 'completed' : `incomplete ${event.reason}`;
  }
  return [
    ...texts.map((text) => JSON.stringify(text)),
    ...(refusal === '' ? [] : [`no: ${refusal}`]),
    ending,
  ].join(' ');
}
