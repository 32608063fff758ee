/**
 * What becomes of a wish for a suggestion. Every absence has a reason from the closed list, so that
 * "why did I see nothing?" always has an answer.
 */

export const silenceReasons = {
  disabled:
    'Whittle is switched off (`enabled`, `completion.enabled`, `nextEdit.enabled` or `whittle.toggle`).',
  snoozed: 'Whittle is snoozed.',
  'language-off':
    'Completion is switched off for this language (`completion.languages` or `whittle.toggle`).',
  manual: 'Completion is in manual mode: it answers only when invoked.',
  'unknown-document': 'The editor has not opened this document.',
  excluded:
    'The document is excluded from what may be used (`privacy.exclude`, `.gitignore` or `.aiignore`).',
  'low-confidence': 'The model is not sure enough.',
  'nothing-to-say': 'The model has nothing to add here.',
  'used-up':
    'The model used up its tokens before it wrote anything: set a lower `model.effort`, or choose another model.',
  'repeats-text': 'What the model wrote already stands there.',
  'middle-of-word': 'The cursor is inside a word that the suggestion does not continue.',
  'control-characters': 'What the model wrote holds control characters that the document does not.',
  unclosed: 'What the model wrote ends inside a bracket that it leaves open.',
  'block-complete': 'The block ends here and nothing can follow in it.',
  deleting: 'The last change was a deletion or an undo.',
  rejected: 'The same suggestion was rejected at this place.',
  'not-selected': 'The suggestion does not continue the entry selected in the menu.',
  conflict: 'What was typed meanwhile does not fit the suggestion.',
  'other-version': 'The editor asked about an older version of the document than the one it sent last.',
  superseded: 'A newer request took its place.',
  cancelled: 'The editor cancelled the request.',
  limit: 'One of the `limits` of the settings is reached.',
  busy: 'The model is busy.',
  offline: 'The model cannot be reached.',
  failed: 'The model failed; the log says how.',
  unsupported: 'The model in use cannot say next edits; set `nextEdit.model` to one that can.',
} as const;

export type SilenceReason = keyof typeof silenceReasons;

export interface InlineSuggestion {
  /** Taken by `whittle.accept` and `whittle.reject`. */
  readonly id: string;
  /** UTF-16 offsets of the replaced range, on one line of the document it was made for. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type InlineOutcome =
  | {
      readonly kind: 'shown';
      readonly version: number;
      readonly items: readonly InlineSuggestion[];
      readonly from: 'model' | 'cache';
    }
  | { readonly kind: 'silent'; readonly reason: SilenceReason };
