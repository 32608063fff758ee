/**
 * Aftermath: which hunks came of which wish, so that an edit that landed can be undone whole, or asked for again in
 * another way.
 *
 * Law: what is kept is bounded, and goes with the document.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import type { Hunk, Hunks } from './hunks.ts';
import type { Landed, LandedClosed } from './landing.ts';

export interface Finished {
  readonly title: string;
  /** Nothing for what was done without a model. */
  readonly ask: EditAsk | FixAsk | undefined;
}

export interface Aftermath {
  landed(landed: Landed): void;
  landedClosed(landed: LandedClosed): void;
  /** The wish of all that landed together. */
  done(group: string, ask: EditAsk | FixAsk): void;
  of(hunk: Hunk): Finished | undefined;
  closed(uri: string): void;
}

interface Kept extends Finished {
  readonly edit: string;
  readonly uri: string;
}

const mostKept = 20;

export function createAftermath(hunks: Hunks): Aftermath {
  let kept: readonly Kept[] = [];
  return {
    landed(landed) {
      const { group, label, base } = landed;
      hunks.landed(landed);
      // The first of several that belong together is of the document that was asked about.
      if (kept.some(({ edit }) => edit === group)) return;
      kept = [{ edit: group, title: label, uri: base.uri, ask: undefined }, ...kept].slice(0, mostKept);
    },
    landedClosed: hunks.landedClosed,
    done(group, ask) {
      kept = kept.map((each) => (each.edit === group ? { ...each, ask } : each));
    },
    of: ({ edit }) => kept.find((each) => each.edit === edit),
    closed(uri) {
      kept = kept.filter((each) => each.uri !== uri);
    },
  };
}
