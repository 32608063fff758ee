/**
 * Anchor: a version of a document and what was typed since, so that what was made for that version can be carried to
 * the present one at any time. Cheaper than a log of changes: what one key adds to it is composed at once.
 */

import { compose, type Edit, noEdit } from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';

export interface Anchor {
  readonly uri: string;
  /** From the version it was made for to `version`; a key taken back and typed again is in it no more. */
  readonly typed: Edit;
  readonly version: number;
}

/** What happened since a version of one document, each answer found once. */
export type EditsSince = (version: number) => Edit | undefined;

/** Whoever has edited so many places since does not come back by typing. */
const maxPlaces = 32;

export function anchorAt({ uri, version }: Snapshot): Anchor {
  return { uri, typed: noEdit, version };
}

/** The anchor at the present version of its document, where the way there is known. */
export function carriedTo(anchor: Anchor, present: Snapshot, since: EditsSince): Anchor | undefined {
  if (anchor.version === present.version) return anchor;
  const fresh = since(anchor.version);
  const typed = fresh && compose(anchor.typed, fresh);
  if (!typed || typed.length > maxPlaces) return undefined;
  return { uri: anchor.uri, typed, version: present.version };
}

/** Most anchors were last carried to the same version: the way from there is composed once. */
export function editsSince(documents: Documents, uri: string): EditsSince {
  const known = new Map<number, Edit | undefined>();
  return (version) => {
    if (!known.has(version)) known.set(version, documents.netEditSince(uri, version));
    return known.get(version);
  };
}

/**
 * What stands between `offset` of the anchored version and `cursor` of the present one, when nothing was done there
 * but to insert it: what the user typed since at that place.
 */
export function typedBetween({ typed }: Anchor, offset: number, cursor: number): string | undefined {
  let delta = 0;
  for (const { start, end, text } of typed) {
    if (start > offset) break;
    if (start === offset && end === offset) {
      const length = cursor - (offset + delta);
      return length >= 0 && length <= text.length ? text.slice(0, length) : undefined;
    }
    if (end >= offset && start !== end) return undefined;
    delta += text.length - (end - start);
  }
  return cursor === offset + delta ? '' : undefined;
}
