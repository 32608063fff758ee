/** One document behind the whole server: what the user changes, and the next edit that is there then, drawn in. */

import { expect } from 'vitest';
import type { Replacement } from '../../server/core/edit.ts';
import { offsetAt, positionAt, toText } from '../../server/core/text.ts';
import { editors } from './client/editor.ts';
import { fakeModel, type Reply } from './fake-model.ts';
import { drawn, marked } from './markers.ts';
import { openServer, type TestServer, type TestServerOptions } from './server.ts';

export const uri = 'file:///work/a.ts';

export interface NextScene extends TestServer {
  /** The present text with the next edit in it, or nothing. */
  next(method?: string): Promise<string | undefined>;
  /** As the client does it: the edit, and then its command. */
  take(): Promise<string>;
  text(): string;
  change(replacement: Replacement): void;
  /** The question's region as it stands, with its cursor. */
  question(index: number): string;
}

export interface NextOptions extends TestServerOptions {
  /** Of the asks, in their order; one without a reply waits for the test. */
  readonly replies?: readonly Reply[];
  readonly languageId?: string;
}

interface Sent {
  readonly edits: readonly {
    readonly text: string;
    readonly range: { readonly start: Position; readonly end: Position };
    readonly textDocument: { readonly uri: string; readonly version: number };
    readonly command: { readonly command: string; readonly arguments: readonly unknown[] };
  }[];
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** The user makes the edits marked in `source`, each a change of its own, and stays behind the last one. */
export async function nextScene(source: string, options: NextOptions = {}): Promise<NextScene> {
  const { text: before, edit } = marked(source);
  const model = options.model ?? fakeModel((_, index) => options.replies?.[index]);
  const settings = { model: { url: 'wss://model.test/v1/responses', name: 'm' } };
  // An editor that does not ask for ghost text: what the model is asked is the next edit alone.
  const { inlineCompletion: _, ...textDocument } = {
    ...(editors.plain.capabilities.textDocument as object),
  } as Readonly<Record<string, unknown>>;
  const capabilities = { textDocument };
  const server = await openServer({ initializationOptions: settings, capabilities, ...options, model });
  const { client } = server;
  client.open(uri, before, options.languageId ?? 'typescript');
  let cursor = 0;
  const textNow = (): string => client.buffers.get(uri).text;
  const change = (replacement: Replacement): void => {
    client.change(uri, replacement);
    cursor = replacement.start + replacement.text.length;
  };
  for (const each of edit.toReversed()) change(each);

  const ask = async (method: string): Promise<Sent['edits'][number] | undefined> => {
    const position = positionAt(toText(textNow()), cursor);
    const params = { textDocument: { uri }, position, context: { triggerKind: 2 } };
    const sent = (await client.request(method, params)) as Sent;
    expect(sent.edits.length).toBeLessThanOrEqual(1);
    return sent.edits[0];
  };
  const replacementOf = ({ range, text }: Sent['edits'][number]): Replacement => {
    const value = toText(textNow());
    return { start: offsetAt(value, range.start), end: offsetAt(value, range.end), text };
  };
  return {
    ...server,
    text: textNow,
    change,
    async next(method = 'whittle/nextEdit') {
      const found = await ask(method);
      return found && drawn(textNow(), [replacementOf(found)]);
    },
    async take() {
      const found = await ask('textDocument/copilotInlineEdit');
      if (!found) throw new Error('there is no next edit');
      change(replacementOf(found));
      await client.execute(found.command.command, found.command.arguments[0] as object);
      return textNow();
    },
    question(index) {
      const asked = model.asks[index]?.ask;
      if (asked?.task !== 'nextEdit') return `no question: ${asked?.task}`;
      const { region, cursor: at, document } = asked;
      return `${document.text.slice(region.start, at)}█${document.text.slice(at, region.end)}`;
    },
  };
}
