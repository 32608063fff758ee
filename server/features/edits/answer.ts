/** A model's answer to an editing ask, read to its end: the edit, or why there is none. */

import { createAnswer } from '../../core/answer.ts';
import type { EditAsk, FixAsk } from '../../core/ask.ts';
import type { Edit, Replacement } from '../../core/edit.ts';
import { offsetsFormat, readOffsets } from '../../core/formats/offsets.ts';
import type { AnswerEvent } from '../../core/model.ts';
import { lineAt, lineEnd, lineStart, type Text } from '../../core/text.ts';
import { type Failure, type FailureReason, failure, fromModel } from './outcome.ts';

/** Of a line shown as progress. */
const mostCharacters = 80;

export interface AnswerSinks {
  readonly ask: EditAsk | FixAsk;
  /** The text the ask was made for. */
  readonly text: Text;
  /** The newest change, while more are written. */
  readonly report: (message: string) => void;
  /** Each piece as the model wrote it. */
  readonly heard?: (text: string) => void;
  readonly done: (event: Extract<AnswerEvent, { kind: 'done' }>) => void;
}

export async function readAnswer(
  events: AsyncIterable<AnswerEvent>,
  { ask, text, report, heard, done }: AnswerSinks,
): Promise<Edit | Failure> {
  const reader = createAnswer({ text, region: ask.region, path: ask.document.path });
  let whole = '';
  let refusal = '';
  for await (const event of events) {
    switch (event.kind) {
      case 'text': {
        whole += event.text;
        heard?.(event.text);
        const newest = reader.push(event.text).at(-1);
        if (newest) report(newLine(text, newest));
        break;
      }
      case 'refusal':
        refusal += event.text;
        break;
      case 'failed':
        return fromModel(event.failure);
      case 'done': {
        done(event);
        if (refusal !== '') return failure(refusalReason(event.metadata.reason), refusal);
        if (event.metadata.format === offsetsFormat) return fromOffsets(whole, text);
        if (event.outcome === 'incomplete') {
          const reason = event.reason ?? 'no reason given';
          return failure('model', `The model stopped before it was done (${reason}); nothing was changed.`);
        }
        const result = reader.finish();
        if (result.kind === 'edit') return result.edit;
        return failure(result.reason === 'malformed' ? 'model' : result.reason, result.message);
      }
      default:
        event satisfies never;
    }
  }
  return failure('model', 'The model ended its answer without a word; ask again.');
}

export function isFailure(value: Edit | Failure): value is Failure {
  return 'ok' in value;
}

/** A model that understood may say why there is nothing to do. */
function refusalReason(said: string | undefined): FailureReason {
  return said === 'nothing-to-change' || said === 'not-found' ? said : 'unsupported';
}

function fromOffsets(answer: string, text: Text): Edit | Failure {
  const edit = readOffsets(answer, text.value.length);
  if (edit && edit.length > 0) return edit;
  return edit
    ? failure('nothing-to-change', 'The model sees nothing to change here.')
    : failure('model', 'The model answered with an edit that cannot be read; nothing was changed.');
}

/** The line of the change as it will read; of several the first that says something new. */
function newLine(text: Text, { start, end, text: inserted }: Replacement): string {
  const first = lineAt(text, start);
  const prefix = text.value.slice(lineStart(text, first), start);
  const whole = prefix + inserted + text.value.slice(end, lineEnd(text, lineAt(text, end)));
  const said = inserted.search(/\S/);
  const at = prefix.length + Math.max(0, said);
  const from = whole.lastIndexOf('\n', at - 1) + 1;
  const line = whole.slice(from).split('\n', 1)[0]?.trim() ?? '';
  return said === -1 ? `takes text away in line ${first + 1}` : line.slice(0, mostCharacters);
}
