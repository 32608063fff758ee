/**
 * What is done when a file is saved, where the settings say so: instruction comments, one after the other from the top,
 * each as if it had been chosen from the menu (`actions.onComment`), and a review of what changed (`review.onSave`).
 *
 * Laws
 * - A comment that could not be done is not tried again until its words change or the file is opened anew.
 * - One round per document at a time; saving again meanwhile adds nothing.
 */

import { instructionComments } from '../../core/comment.ts';
import type { Documents } from '../../state/documents.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { Editor } from '../editor.ts';
import type { Edits } from '../edits/edits.ts';
import type { Reviews } from '../review/reviews.ts';
import type { Switch } from '../switch.ts';

export interface OnSave {
  saved(uri: string): void;
  closed(uri: string): void;
}

export interface OnSaveParts {
  readonly documents: Documents;
  readonly settings: () => Settings;
  readonly edits: Edits;
  readonly reviews: Reviews;
  readonly editor: Editor;
  readonly onOff: Switch;
  readonly newId: () => string;
}

/** A file with more has them as data. */
const mostComments = 20;

export function createOnSave(parts: OnSaveParts): OnSave {
  const { documents, settings, edits, reviews, editor, onOff, newId } = parts;
  const running = new Set<string>();
  const undone = new Map<string, Set<string>>();

  async function doAll(uri: string): Promise<void> {
    for (let done = 0; done < mostComments; done++) {
      const snapshot = documents.get(uri);
      if (!snapshot || onOff.offReason(snapshot)) return;
      const { text, languageId } = snapshot;
      const left = undone.get(uri);
      const whole = { start: 0, end: text.value.length };
      const comment = instructionComments(text, languageId, whole).find(
        ({ instruction }) => !left?.has(instruction),
      );
      if (!comment) return;
      const { instruction, about, removes } = comment;
      const called = { uri, token: `whittle-${newId()}`, origin: 'server' } as const;
      const outcome = await edits.instruct(called, { region: about, instruction, removing: removes });
      if (outcome.ok) continue;
      undone.set(uri, new Set(left).add(instruction));
      if (outcome.reason !== 'cancelled' && outcome.reason !== 'superseded')
        editor.say('warn', outcome.message);
    }
  }

  /** Unasked, so what ends it otherwise is for the log of the session alone. */
  function reviewChanges(uri: string): void {
    const snapshot = documents.get(uri);
    if (!snapshot || onOff.offReason(snapshot)) return;
    const called = { uri, token: `whittle-${newId()}`, origin: 'server' } as const;
    reviews
      .start(called, { what: 'changes' })
      .catch(() => editor.say('error', 'The review failed inside Whittle; its log says how.'));
  }

  return {
    saved(uri) {
      if (settings().review.onSave) reviewChanges(uri);
      if (settings().actions.onComment !== 'save' || running.has(uri)) return;
      running.add(uri);
      doAll(uri)
        .catch(() => editor.say('error', 'An instruction comment failed inside Whittle; its log says how.'))
        .finally(() => running.delete(uri));
    },
    closed(uri) {
      undone.delete(uri);
    },
  };
}
