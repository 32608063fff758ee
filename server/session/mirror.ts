/**
 * Mirror: what the session was told of documents and folders, so that a peer that keeps a copy can be told again
 * after a reconnect.
 *
 * Laws
 * - A change costs the same whatever the document's size: it is noted, not applied.
 * - Every ask brings the whole text of its version, which replaces what was noted up to there.
 * - `replay` is what brings an empty peer to the newest state.
 */

import type { AskDocument, WorkspaceEvent } from '../core/ask.ts';
import { apply, type Edit } from '../core/edit.ts';
import { estimateTokens } from '../core/prompt/prompt.ts';
import { roughTokens } from '../core/tokens.ts';

export interface Mirror {
  tell(event: WorkspaceEvent): void;
  /** Whether the peer, told everything so far, has this version; its text is taken over where it is known. */
  has(document: AskDocument): boolean;
  /** Whether a document is open, in any version. */
  knows(uri: string): boolean;
  /** The newest version that was told. */
  document(uri: string): AskDocument | undefined;
  /** At least as many tokens as a document has beyond what its length says. */
  tokensBeyondLength(document: AskDocument): number;
  replay(): readonly WorkspaceEvent[];
}

interface Copy {
  document: AskDocument;
  /** Made since `document`, oldest first. */
  changes: { readonly version: number; readonly edit: Edit }[];
  /** Tokens beyond its length, with all that was inserted since they were counted; nothing where nobody asked. */
  beyond: number | undefined;
}

/** Noted changes are applied together when there are this many: memory stays bounded without asks. */
const mostChanges = 500;

export function createMirror(): Mirror {
  const copies = new Map<string, Copy>();
  let folders: Extract<WorkspaceEvent, { kind: 'folders' }> | undefined;

  return {
    tell(event) {
      switch (event.kind) {
        case 'opened':
          copies.set(event.document.uri, { document: event.document, changes: [], beyond: undefined });
          return;
        case 'changed': {
          const copy = copies.get(event.uri);
          if (!copy) return;
          copy.changes.push({ version: event.version, edit: event.edit });
          if (copy.beyond !== undefined)
            for (const { text } of event.edit) copy.beyond += tokensBeyondLength(text);
          if (copy.changes.length >= mostChanges) settle(copy);
          return;
        }
        case 'closed':
          copies.delete(event.uri);
          return;
        case 'folders':
          folders = event;
          return;
        default:
          return event satisfies never;
      }
    },
    has(document) {
      const copy = copies.get(document.uri);
      if (!copy || versionOf(copy) !== document.version) return false;
      copy.document = document;
      copy.changes = [];
      return true;
    },
    knows: (uri) => copies.has(uri),
    document(uri) {
      const copy = copies.get(uri);
      if (copy) settle(copy);
      return copy?.document;
    },
    tokensBeyondLength(document) {
      const copy = copies.get(document.uri);
      if (!copy || versionOf(copy) !== document.version) return tokensBeyondLength(document.text);
      copy.beyond ??= tokensBeyondLength(document.text);
      return copy.beyond;
    },
    replay() {
      const opened = [...copies.values()].map((copy): WorkspaceEvent => {
        settle(copy);
        return { kind: 'opened', document: copy.document };
      });
      return folders ? [folders, ...opened] : opened;
    },
  };
}

function tokensBeyondLength(text: string): number {
  return roughTokens(text) - estimateTokens(text.length);
}

function versionOf(copy: Copy): number {
  return copy.changes.at(-1)?.version ?? copy.document.version;
}

function settle(copy: Copy): void {
  if (copy.changes.length === 0) return;
  const text = copy.changes.reduce((before, { edit }) => apply(before, edit), copy.document.text);
  copy.document = { ...copy.document, text, version: versionOf(copy) };
  copy.changes = [];
}
