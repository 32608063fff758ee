/** An editor that types into one document at a time: keys as changes, and what is suggested behind them. */

import { type BenchClient, initializeParams, startProcess } from '../process.ts';
import { startFloor } from './floor.ts';

export interface BenchEditor {
  open(text: string): Promise<void>;
  type(line: number, character: number, text: string): void;
  suggestion(line: number, character: number): Promise<unknown>;
  stop(): Promise<void>;
}

export async function openWhittle(root: string, port: number): Promise<BenchEditor> {
  const client = startProcess([`${root}dist/whittle.js`, '--stdio'], {
    WHITTLE_URL: `ws://127.0.0.1:${port}/v1/responses`,
    WHITTLE_MODEL: 'bench',
  });
  return await editorOver(client, { limits: { requestsPerMinute: 100_000, tokensPerHour: 1e12 } });
}

export const openBare = (port: number): Promise<BenchEditor> => editorOver(startFloor(port), {});

async function editorOver(client: BenchClient, initializationOptions: object): Promise<BenchEditor> {
  await client.request('initialize', { ...initializeParams(), initializationOptions });
  client.notify('initialized', {});
  let documents = 0;
  let version = 1;
  let uri = '';
  return {
    async open(value) {
      if (uri !== '') client.notify('textDocument/didClose', { textDocument: { uri } });
      uri = `untitled:keys${documents++}.ts`;
      version = 1;
      const textDocument = { uri, languageId: 'typescript', version, text: value };
      client.notify('textDocument/didOpen', { textDocument });
    },
    type(line, character, inserted) {
      const at = { line, character };
      client.notify('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [{ range: { start: at, end: at }, text: inserted }],
      });
    },
    async suggestion(line, character) {
      const answer = await client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position: { line, character },
        context: { triggerKind: 2 },
      });
      const { items } = answer as { readonly items?: readonly unknown[] };
      return items?.[0];
    },
    stop: () => client.stop(),
  };
}
