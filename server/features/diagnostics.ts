/**
 * What other servers say is wrong, as far as clients tell us: with code action requests, `whittle/diagnostics` and
 * `copilotInlineEdit`. Kept per document for the version they were told at, and carried over later edits.
 */

import type { Diagnostic } from '../core/ask.ts';
import { mapOffset } from '../core/edit.ts';
import type { Documents, Snapshot } from '../state/documents.ts';

/** More than a prompt can use; a broken file may have thousands. */
const maxPerDocument = 100;

export interface Diagnostics {
  set(snapshot: Snapshot, diagnostics: readonly Diagnostic[]): void;
  of(snapshot: Snapshot): readonly Diagnostic[];
  forget(uri: string): void;
}

export function createDiagnostics(documents: Documents): Diagnostics {
  const known = new Map<string, { readonly version: number; readonly list: readonly Diagnostic[] }>();
  return {
    set(snapshot, diagnostics) {
      known.set(snapshot.uri, { version: snapshot.version, list: diagnostics.slice(0, maxPerDocument) });
    },
    of(snapshot) {
      const entry = known.get(snapshot.uri);
      if (!entry || entry.version === snapshot.version) return entry?.list ?? [];
      const typed = documents.editSince(snapshot.uri, entry.version);
      if (!typed) return [];
      return entry.list.map((diagnostic) => ({
        ...diagnostic,
        start: mapOffset(typed, diagnostic.start, 'before'),
        end: mapOffset(typed, diagnostic.end, 'after'),
      }));
    },
    forget(uri) {
      known.delete(uri);
    },
  };
}
