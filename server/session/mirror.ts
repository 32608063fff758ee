/**
 * Mirror: what the session was told of documents and folders, so that a peer that keeps a copy can be told again
 * after a reconnect.
 *
 * Laws
 * - A change costs the same whatever the document's size: it is noted, not applied.
 * - Every ask brings the whole text of its version, which replaces what was noted up to there.
 * - `replay` is what brings an empty peer to the newest state.
 * - A document that no message has room for is one the peer does not have: a connection would end over it, and with it
 *   all that is asked about others. Once it is small enough again, the peer is told of it anew.
 */

import type { AskDocument, WorkspaceEvent } from '../core/ask.ts';
import { apply, type Edit } from '../core/edit.ts';
import { estimateTokens } from '../core/prompt/prompt.ts';
import { roughTokens } from '../core/tokens.ts';
import { maxMessageBytes } from './protocol/limits.ts';

export interface Mirror {
  /** Answers with what a peer that keeps a copy is told of it; nothing where there is no need. */
  tell(event: WorkspaceEvent): WorkspaceEvent | undefined;
  /** Whether a message has room for the document. */
  fits(document: AskDocument): boolean;
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
  /** Of its newest version. */
  length: number;
  fits: boolean;
}

/** Noted changes are applied together when there are this many: memory stays bounded without asks. */
const mostChanges = 500;

/** Beside the text a message holds the history and what is like the text elsewhere. */
const mostTextBytes = maxMessageBytes - 1024 * 1024;

/** In JSON and UTF-8 a UTF-16 code unit takes at most so many bytes. */
const widest = 6;

export function createMirror(mostBytes = mostTextBytes): Mirror {
  /** Hardly any text has to be measured. */
  const hasRoom = (text: string): boolean =>
    text.length * widest <= mostBytes ||
    (text.length <= mostBytes && Buffer.byteLength(JSON.stringify(text)) <= mostBytes);

  const copies = new Map<string, Copy>();
  let folders: Extract<WorkspaceEvent, { kind: 'folders' }> | undefined;

  /** One that outgrew a message by being typed in stays with the peer until a connection begins with it. */
  function toldOfChange(
    copy: Copy,
    event: Extract<WorkspaceEvent, { kind: 'changed' }>,
  ): WorkspaceEvent | undefined {
    const { uri } = event;
    if (copy.fits) {
      const { edit } = event;
      copy.fits = hasRoom(edit.length === 1 ? (edit[0]?.text ?? '') : edit.map(({ text }) => text).join(''));
      return copy.fits ? event : { kind: 'closed', uri };
    }
    copy.fits = copy.length * widest <= mostBytes;
    if (!copy.fits) return undefined;
    settle(copy);
    return { kind: 'opened', document: copy.document };
  }

  return {
    tell(event) {
      switch (event.kind) {
        case 'opened': {
          const { document } = event;
          const { length } = document.text;
          const fits = hasRoom(document.text);
          copies.set(document.uri, { document, changes: [], beyond: undefined, length, fits });
          return fits ? event : undefined;
        }
        case 'changed': {
          const copy = copies.get(event.uri);
          if (!copy) return event;
          copy.changes.push({ version: event.version, edit: event.edit });
          for (const { start, end, text } of event.edit) copy.length += text.length - (end - start);
          if (copy.beyond !== undefined)
            for (const { text } of event.edit) copy.beyond += tokensBeyondLength(text);
          if (copy.changes.length >= mostChanges) settle(copy);
          return toldOfChange(copy, event);
        }
        case 'closed':
          copies.delete(event.uri);
          return event;
        case 'folders':
          folders = event;
          return event;
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
    fits: ({ uri, text }) => copies.get(uri)?.fits ?? hasRoom(text),
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
      const opened = [...copies.values()].flatMap((copy): readonly WorkspaceEvent[] => {
        settle(copy);
        copy.fits = hasRoom(copy.document.text);
        return copy.fits ? [{ kind: 'opened', document: copy.document }] : [];
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
