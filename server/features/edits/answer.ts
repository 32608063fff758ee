/** A model's answer to an editing ask, read to its end: the edit, or why there is none. */

import { createAnswer } from '../../core/answer.ts';
import type { EditAsk, FixAsk } from '../../core/ask.ts';
import type { Edit } from '../../core/edit.ts';
import { offsetsFormat, readOffsets } from '../../core/formats/offsets.ts';
import type { AnswerProblem, FileBlocks } from '../../core/formats/reader.ts';
import { type AnswerEvent, endlessReason } from '../../core/model.ts';
import type { Text } from '../../core/text.ts';
import type { Progress } from '../editor.ts';
import { answerProgress } from './answer-progress.ts';
import { type Failure, type FailureReason, failure, fromModel, refused } from './outcome.ts';

export interface Answered {
  readonly edit: Edit;
  /** What it says of other files. */
  readonly elsewhere?: readonly FileBlocks[];
}

export interface AnswerSinks {
  readonly ask: EditAsk | FixAsk;
  /** The text the ask was made for. */
  readonly text: Text;
  readonly report: Progress['report'];
  /** Each piece as the model wrote it. */
  readonly heard?: (text: string) => void;
  /** Changes as they become certain, in offsets of `text`; the answer may still fail. */
  readonly certain?: (edit: Edit) => void;
  readonly done: (event: Extract<AnswerEvent, { kind: 'done' }>) => void;
}

export async function readAnswer(
  events: AsyncIterable<AnswerEvent>,
  { ask, text, report, heard, certain, done }: AnswerSinks,
): Promise<Answered | Failure> {
  const { path } = ask.document;
  const reader = createAnswer({ text, region: ask.region, path, others: 'collected' });
  const shown = answerProgress({ text, region: ask.region, report });
  let whole = '';
  let refusal = '';
  for await (const event of events) {
    switch (event.kind) {
      case 'text': {
        whole += event.text;
        heard?.(event.text);
        const fresh = reader.push(event.text);
        shown.take(event.text, fresh);
        if (fresh.length > 0) certain?.(fresh);
        break;
      }
      case 'refusal':
        refusal += event.text;
        break;
      case 'whole':
        break;
      case 'failed':
        return fromModel(event.failure);
      case 'done': {
        done(event);
        if (refusal !== '') return refused(refusal, event.metadata);
        if (event.metadata.format === offsetsFormat) return fromOffsets(whole, text);
        if (event.outcome === 'incomplete') {
          if (event.reason === endlessReason)
            return failure(
              'model',
              'The model wrote far more than was asked and was stopped; nothing was changed: ask for a smaller range, or choose another model.',
            );
          return failure(
            'model',
            `The model stopped before it was done (${event.reason ?? 'no reason given'}); nothing was changed: ${remedyFor(event.reason)}.`,
          );
        }
        const result = reader.finish();
        if (result.kind === 'edit') return result;
        return failure(reasonOf(result.reason), result.message);
      }
      default:
        event satisfies never;
    }
  }
  return failure('model', 'The model ended its answer without a word; ask again.');
}

/** What to do where an answer is cut short for this reason. */
function remedyFor(reason: string | undefined): string {
  switch (reason) {
    case 'max_output_tokens':
      return 'ask for a smaller range, or set a lower `model.effort` where it thinks at length';
    case 'content_filter':
      return "the provider's filter ended it; put the instruction in other words, or choose another model";
    default:
      return 'ask again, or choose another model';
  }
}

export function isFailure(value: Answered | Failure): value is Failure {
  return 'ok' in value;
}

function reasonOf(problem: AnswerProblem): FailureReason {
  return problem === 'malformed' ? 'model' : problem;
}

function fromOffsets(answer: string, text: Text): Answered | Failure {
  const edit = readOffsets(answer, text.value.length);
  if (edit && edit.length > 0) return { edit };
  return edit
    ? failure('nothing-to-change', 'The model sees nothing to change here.')
    : failure('model', 'The model answered with an edit that cannot be read; nothing was changed.');
}
