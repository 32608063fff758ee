/** Why an edit did not get into the editor, in the user's words. */

import type { FileChange } from '../editor.ts';
import { type Failure, failure } from './outcome.ts';

export const misplacedBack = failure(
  'conflict',
  'You typed while the edit was applied, and your editor put it beside its place; it was taken back: ask again.',
);
export const misplaced = failure(
  'conflict',
  'You typed while the edit was applied, and your editor put it beside its place: undo it there and ask again.',
);
export const userChanged = failure(
  'conflict',
  'You changed the same place meanwhile; ask again to redo the edit.',
);
export const anotherEdit = failure(
  'conflict',
  'Another edit changed the same place meanwhile; ask again to redo this one.',
);
export const documentClosed = failure('conflict', 'The document was closed before the edit was ready.');
export const cancelledBefore = failure('cancelled', 'The edit was cancelled before it was applied.');

/** `again` is the title of the code action that applies it after all. */
export function notApplied(why: string, again: string | undefined): Failure {
  const action = again === undefined ? '' : ` Its code action “${again}” tries again.`;
  return failure('not-applied', `The editor did not apply the edit: ${sentenceEnd(why)}${action}`);
}

/** `left` are the URIs of what is not done. */
export function partly(done: readonly FileChange[], left: readonly string[], why: string): Failure {
  const names = (uris: readonly string[]) => uris.map((uri) => uri.split('/').at(-1) ?? uri).join(', ');
  const [landed, missing] = [names(done.map(({ uri }) => uri)), names(left)];
  return failure('not-applied', `The edit is in ${landed}, but not in ${missing}: ${sentenceEnd(why)}`);
}

function sentenceEnd(why: string): string {
  return why === '' ? 'it gave no reason.' : /[.!?]$/.test(why) ? why : `${why}.`;
}
