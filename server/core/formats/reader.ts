/** What every reader of a model's answer gives, whatever the format: edits while it streams, and a result. */

import type { Edit, Replacement } from '../edit.ts';
import type { Block } from './block.ts';

export type AnswerProblem = 'nothing-to-change' | 'not-found' | 'ambiguous' | 'malformed' | 'refused';

export interface AnswerFailure {
  readonly kind: 'failed';
  readonly reason: AnswerProblem;
  /** One sentence for the user, which holds nothing of the document; the model's own where it has refused. */
  readonly message: string;
}

export type AnswerResult =
  | {
      readonly kind: 'edit';
      readonly edit: Edit;
      /** What it says of other files, by the paths it writes. */
      readonly elsewhere?: readonly FileBlocks[];
    }
  | AnswerFailure;

export interface FileBlocks {
  readonly path: string;
  readonly blocks: readonly Block[];
}

export interface AnswerReader {
  /** Replacements that became certain with this chunk, in offsets of the text the model saw. */
  push(chunk: string): readonly Replacement[];
  /** `cut` where the stream ended before the model was done. */
  finish(outcome?: 'completed' | 'cut'): AnswerResult;
}

/** Lines of the answer stand for others, which nobody wrote. */
export const elidedAnswer: AnswerFailure = {
  kind: 'failed',
  reason: 'malformed',
  message: 'The model left lines out of the code it wrote; nothing was changed, ask again or select less.',
};

export function answerFailure(reason: AnswerProblem, message: string): AnswerFailure {
  return { kind: 'failed', reason, message };
}
