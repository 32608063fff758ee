/**
 * Documents of the gateway: each client's mirror, and what the backend learns of all of them.
 *
 * Laws
 * - A client sees only the documents it opened; a change of one it did not open changes nothing.
 * - The backend knows a uri once. Who opened it last speaks for it; the others' copies only serve their own asks.
 * - When a client leaves, what it spoke for is closed.
 */

import type { AskDocument } from '../core/ask.ts';
import { apply, type Edit } from '../core/edit.ts';
import type { Backend } from './backend.ts';

export interface Documents {
  client(): ClientDocuments;
}

export interface ClientDocuments {
  open(document: AskDocument): void;
  change(uri: string, version: number, edit: Edit): void;
  close(uri: string): void;
  find(uri: string, version: number): AskDocument | undefined;
  leave(): void;
}

export function createDocuments(backend: Backend): Documents {
  const speakers = new Map<string, ClientDocuments>();
  return {
    client() {
      const mirror = new Map<string, AskDocument>();
      const speaks = (uri: string): boolean => speakers.get(uri) === client;
      const client: ClientDocuments = {
        open(document) {
          mirror.set(document.uri, document);
          speakers.set(document.uri, client);
          backend.open(document);
        },
        change(uri, version, edit) {
          const before = mirror.get(uri);
          if (!before || !fits(edit, before.text.length)) return;
          mirror.set(uri, { ...before, version, text: apply(before.text, edit) });
          if (speaks(uri)) backend.change(uri, version, edit);
        },
        close(uri) {
          mirror.delete(uri);
          if (!speaks(uri)) return;
          speakers.delete(uri);
          backend.close(uri);
        },
        find(uri, version) {
          const document = mirror.get(uri);
          return document?.version === version ? document : undefined;
        },
        leave() {
          for (const uri of [...mirror.keys()]) client.close(uri);
        },
      };
      return client;
    },
  };
}

/** Sorted, disjoint and inside the text: what the algebra of edits takes for granted. */
function fits(edit: Edit, length: number): boolean {
  let at = 0;
  for (const { start, end } of edit) {
    if (start < at || end < start || end > length) return false;
    at = end;
  }
  return true;
}
