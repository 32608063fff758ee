/**
 * What other servers say is wrong, as far as clients tell us: with code action requests, `whittle/diagnostics` and
 * `copilotInlineEdit`. Kept per document for the version they were told at, and carried over later edits.
 */

import type { Diagnostic, Region } from '../core/ask.ts';
import { mapOffset } from '../core/edit.ts';
import { lineAt } from '../core/text.ts';
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
      const carried = <T extends Region>(region: T): T => ({
        ...region,
        start: mapOffset(typed, region.start, 'before'),
        end: mapOffset(typed, region.end, 'after'),
      });
      return entry.list.map((diagnostic) => {
        const { related } = diagnostic;
        if (!related) return carried(diagnostic);
        const places = related.map((each) => {
          if (!each.region) return each;
          const region = carried(each.region);
          return { ...each, region, line: lineAt(snapshot.text, region.start) };
        });
        return { ...carried(diagnostic), related: places };
      });
    },
    forget(uri) {
      known.delete(uri);
    },
  };
}
