/**
 * Aftermath: which hunks came of which wish, so that an edit that landed can be undone whole, or asked for again in
 * another way.
 *
 * Law: what is kept is bounded, and goes with the document.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import type { Hunk, Hunks } from './hunks.ts';
import type { Landed } from './landing.ts';

export interface Finished {
  readonly title: string;
  /** Nothing for what was done without a model. */
  readonly ask: EditAsk | FixAsk | undefined;
}

export interface Aftermath {
  landed(landed: Landed): void;
  /** The wish of the edit that landed last under this title for this version of the document. */
  done(title: string, ask: EditAsk | FixAsk): void;
  of(hunk: Hunk): Finished | undefined;
  closed(uri: string): void;
}

interface Kept extends Finished {
  readonly edit: string;
  readonly uri: string;
  readonly version: number;
}

const mostKept = 20;

export function createAftermath(hunks: Hunks): Aftermath {
  let kept: readonly Kept[] = [];
  return {
    landed(landed) {
      const { uri, version } = landed.base;
      kept = [
        { edit: hunks.landed(landed), title: landed.label, uri, version, ask: undefined },
        ...kept,
      ].slice(0, mostKept);
    },
    done(title, ask) {
      const { uri, version } = ask.document;
      const at = kept.findIndex(
        (each) => each.uri === uri && each.version === version && each.title === title,
      );
      kept = kept.map((each, index) => (index === at ? { ...each, ask } : each));
    },
    of: ({ edit }) => kept.find((each) => each.edit === edit),
    closed(uri) {
      kept = kept.filter((each) => each.uri !== uri);
    },
  };
}
