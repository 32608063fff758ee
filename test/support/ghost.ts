/** One document with a cursor behind the whole server: what a user types, and the ghost text that is there then. */

import type { InlineCompletionItem } from 'vscode-languageserver';
import { fakeModel, type Reply } from './fake-model.ts';
import { atCursor } from './markers.ts';
import { openServer, type TestServer, type TestServerOptions } from './server.ts';

export const uri = 'file:///a.ts';

export interface Scene extends TestServer {
  /** What is shown at the cursor: the inserted texts. */
  ask(trigger?: 'invoked' | 'automatic'): Promise<readonly string[]>;
  type(text: string): void;
  backspace(): void;
  moveTo(cursor: number): void;
  silence(): Promise<unknown>;
}

export interface SceneOptions extends TestServerOptions {
  /** Of the asks, in their order; one without a reply waits for the test. */
  readonly replies?: readonly Reply[];
}

/** A document with the cursor at its `█`. */
export async function ghostScene(source: string, options: SceneOptions = {}): Promise<Scene> {
  const { text, cursor } = atCursor(source);
  const { replies } = options;
  const model = options.model ?? fakeModel((_, index) => replies?.[index]);
  const server = await openServer({ ...options, model });
  const { client } = server;
  client.open(uri, text);
  let at = cursor;
  const scene: Scene = {
    ...server,
    async ask(trigger = 'automatic') {
      const items = await client.inlineCompletions(uri, at, trigger);
      await server.settled();
      return items.map(({ insertText }) => String(insertText));
    },
    type(typed) {
      at = client.type(uri, at, typed);
    },
    backspace() {
      client.change(uri, { start: at - 1, end: at, text: '' });
      at -= 1;
    },
    moveTo(cursor) {
      at = cursor;
    },
    silence: async () => (await server.status()).lastSilence,
  };
  return scene;
}

/** What `whittle.accept` and `whittle.reject` take. */
export function idOf(item: InlineCompletionItem | undefined): string {
  const [argument] = item?.command?.arguments ?? [];
  return (argument as { readonly id: string } | undefined)?.id ?? 'no item';
}
