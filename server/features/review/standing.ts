/**
 * Standing findings: what reviews found, carried along while the text around them changes.
 *
 * Laws
 * - A finding stands as long as its own lines do: whoever changes them has dealt with it.
 * - A proposal that touches what was typed since is no proposal any more; the finding stays.
 * - Bounded for each document; gone when it is closed.
 */

import { map } from '../../core/edit.ts';
import type { PlacedFinding } from '../../core/review/place-finding.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';

/** `source` of their diagnostics; `code` is the finding's id. */
export const findingSource = 'whittle';

export interface StandingFinding extends PlacedFinding {
  readonly id: string;
  readonly uri: string;
  readonly version: number;
}

export interface StandingFindings {
  /** `base` is the text it was found in. Whether it still stands. */
  add(base: Snapshot, finding: PlacedFinding): boolean;
  /** In the coordinates of the present text, in its order. */
  of(uri: string): readonly StandingFinding[];
  find(id: string): StandingFinding | undefined;
  remove(which: (finding: StandingFinding) => boolean): void;
}

const mostPerDocument = 100;

export function createStandingFindings(documents: Documents, newId: () => string): StandingFindings {
  let all: readonly StandingFinding[] = [];

  function carried(finding: StandingFinding): StandingFinding | undefined {
    const now = documents.get(finding.uri);
    const typed = now && documents.editSince(finding.uri, finding.version);
    if (!now || !typed) return undefined;
    if (typed.length === 0) return { ...finding, version: now.version };
    const [place] = map([{ start: finding.start, end: finding.end, text: '' }], typed) ?? [];
    if (!place) return undefined;
    const fix = map(finding.fix, typed) ?? [];
    return { ...finding, start: place.start, end: place.end, fix, version: now.version };
  }

  function of(uri: string): readonly StandingFinding[] {
    const own = all
      .filter((finding) => finding.uri === uri)
      .flatMap((finding) => carried(finding) ?? [])
      .sort((a, b) => a.start - b.start || a.end - b.end);
    all = [...all.filter((finding) => finding.uri !== uri), ...own];
    return own;
  }

  return {
    add({ uri, version }, finding) {
      const made = carried({ ...finding, id: newId(), uri, version });
      const own = of(uri);
      const isKnown = own.some(({ start, message }) => start === made?.start && message === made.message);
      if (!made || isKnown || own.length >= mostPerDocument) return false;
      all = [...all, made];
      return true;
    },
    of,
    find(id) {
      const found = all.find((finding) => finding.id === id);
      return found && of(found.uri).find((finding) => finding.id === id);
    },
    remove(which) {
      all = all.filter((finding) => !which(finding));
    },
  };
}
