/** Asks and documents for tests. The text's `█` is the cursor; what stands between « and » is the region. */

import type { Ask, AskDocument } from '../../server/core/ask.ts';
import type { AnswerEvent } from '../../server/core/model.ts';

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

/** The answer in one line: text of each candidate, refusal, then its ending. */
export async function drawn(answer: AsyncIterable<AnswerEvent>): Promise<string> {
  const texts: string[] = [];
  let refusal = '';
  let ending = 'no ending';
  for await (const event of answer) {
    if (event.kind === 'text') texts[event.index] = (texts[event.index] ?? '') + event.text;
    else if (event.kind === 'refusal') refusal += event.text;
    else if (event.kind === 'failed') ending = `failed ${event.failure.code}`;
    else ending = event.outcome === 'completed' ? 'completed' : `incomplete ${event.reason}`;
  }
  return [
    ...texts.map((text) => JSON.stringify(text)),
    ...(refusal === '' ? [] : [`no: ${refusal}`]),
    ending,
  ].join(' ');
}
