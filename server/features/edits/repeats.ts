/** The user's last edit and the other places it fits, worked out once per version. */

import type { Replacement } from '../../core/edit.ts';
import type { RepeatableEdit } from '../../core/history.ts';
import { repeats } from '../../core/repeat.ts';
import type { Snapshot } from '../../state/documents.ts';

export interface Repeats {
  /** In the snapshot's coordinates, in the order of the text. */
  places(snapshot: Snapshot): readonly Replacement[];
}

export function createRepeats(lastEditOf: (uri: string) => RepeatableEdit | undefined): Repeats {
  let known:
    | {
        readonly snapshot: Snapshot;
        readonly last: RepeatableEdit | undefined;
        readonly places: readonly Replacement[];
      }
    | undefined;

  function places(snapshot: Snapshot): readonly Replacement[] {
    const last = lastEditOf(snapshot.uri);
    if (known?.snapshot !== snapshot || known.last !== last) {
      known = { snapshot, last, places: last ? repeats(snapshot.text, last, snapshot.languageId) : [] };
    }
    return known.places;
  }

  return { places };
}
