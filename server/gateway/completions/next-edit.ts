/** The window as it is after the next edit, by a backend that can say one. */

import { apply, type Replacement, toEdit } from '../../core/edit.ts';
import type { SweepPrompt } from '../../core/formats/windows/sweep-prompt.ts';
import type { ModelFailure, Usage } from '../../core/model.ts';
import { readNextEdit } from '../../core/next-edit/answer.ts';
import { isRestyling, takesBack } from '../../core/next-edit/hunks.ts';
import { toText } from '../../core/text.ts';
import type { Backend } from '../backend.ts';
import { nextEditAsk } from './asks.ts';

export type NextWindow =
  | { readonly kind: 'window'; readonly text: string; readonly usage?: Usage }
  /** It knows no next edits: whoever asks may ask for something else. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

export async function nextWindow(
  prompt: SweepPrompt,
  { cursor, backend }: { readonly cursor: number | undefined; readonly backend: Backend },
  signal: AbortSignal,
): Promise<NextWindow> {
  const ask = nextEditAsk(prompt, cursor);
  const text = toText(prompt.window);
  const answer = readNextEdit(text, ask.region);
  const found: Replacement[] = [];
  for await (const event of backend.answer(ask, signal)) {
    switch (event.kind) {
      case 'text':
        if (event.candidate === 0) found.push(...answer.push(event.text));
        break;
      case 'refusal':
        break;
      case 'failed':
        return event.failure.code === 'unsupported' ? { kind: 'none' } : event;
      case 'end': {
        const { outcome, metadata = {}, usage } = event;
        found.push(...answer.finish({ outcome, format: metadata.format }));
        if (found.length === 0 && metadata.silence !== undefined) return { kind: 'none' };
        const wanted = found.filter(
          (hunk) =>
            !isRestyling(text, hunk, ask.document.languageId) &&
            !takesBack(text, hunk, ask.history.slice(-1)),
        );
        const now = apply(prompt.window, toEdit(wanted) ?? []);
        return { kind: 'window', text: now, ...(usage ? { usage } : {}) };
      }
      default:
        event satisfies never;
    }
  }
  return { kind: 'failed', failure: { code: 'cancelled', message: 'The request was cancelled.' } };
}
