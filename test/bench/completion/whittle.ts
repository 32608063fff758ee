/** The built server over stdio, as an editor with inline completion drives it. */

import { type BenchClient, initializeParams, startProcess, treeMemoryMb } from '../process.ts';
import { createLines } from './lines.ts';
import { languages, type Shown, type System } from './system.ts';

export async function startWhittle(root: string, url: string): Promise<System> {
  const client = startProcess([`${root}dist/whittle.js`, '--stdio'], {
    WHITTLE_URL: url,
    WHITTLE_MODEL: 'bench',
  });
  await client.request('initialize', whittleParams());
  client.notify('initialized', {});
  return asWhittle(client, {
    memoryMb: () => treeMemoryMb(client.child.pid ?? 0) ?? Number.NaN,
    stop: client.stop,
  });
}

/** What is measured has no limit. */
export const whittleParams = () => ({
  ...initializeParams(),
  initializationOptions: { limits: { requestsPerMinute: 100_000, tokensPerHour: 1e12 } },
});

export type LspClient = Pick<BenchClient, 'request' | 'notify'>;
type Ending = Pick<System, 'memoryMb' | 'stop'>;

/** Behind any connection to it. */
export function asWhittle(client: LspClient, ending: Ending): System {
  return overLsp('Whittle', client, {
    ...ending,
    async suggest(textDocument, position) {
      const params = { textDocument, position, context: { triggerKind: 2 } };
      const answer = await client.request('textDocument/inlineCompletion', params);
      return (answer as { items?: readonly Item[] }).items?.[0];
    },
    accepted: (shown) =>
      void client.request('workspace/executeCommand', {
        command: 'whittle.accept',
        arguments: [{ id: shown.id }],
      }),
  });
}

export interface Item {
  readonly insertText: string | { readonly value: string };
  readonly range?: Range;
  readonly command?: { readonly arguments?: readonly { readonly id?: string }[] };
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface LspParts extends Ending {
  readonly suggest: (textDocument: object, position: Position) => Promise<Item | undefined>;
  readonly accepted: (shown: Shown) => void;
}

/** A System over any language server: documents are kept as lines, changes are incremental. */
export function overLsp(name: string, client: LspClient, parts: LspParts): System {
  let uri = '';
  let version = 0;
  let document = createLines('');
  return {
    name,
    open(text, languageId = 'typescript') {
      if (version > 0) client.notify('textDocument/didClose', { textDocument: { uri } });
      uri = `file:///tmp/bench/walk.${languages[languageId].ending}`;
      document = createLines(text);
      const textDocument = { uri, languageId, version: ++version, text };
      client.notify('textDocument/didOpen', { textDocument });
    },
    change(start, end, text) {
      const range = { start: document.positionAt(start), end: document.positionAt(end) };
      document = document.changed(start, end, text);
      client.notify('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [{ range, text }],
      });
    },
    async suggest(offset) {
      const item = await parts.suggest({ uri }, document.positionAt(offset));
      if (!item) return undefined;
      const whole = typeof item.insertText === 'string' ? item.insertText : item.insertText.value;
      const from = item.range ? document.offsetAt(item.range.start) : offset;
      const to = item.range ? document.offsetAt(item.range.end) : offset;
      const typed = document.text.slice(from, offset);
      if (from > offset || !whole.startsWith(typed)) return undefined;
      const id = item.command?.arguments?.[0]?.id;
      return {
        text: whole.slice(typed.length),
        covers: Math.max(0, to - offset),
        ...(id === undefined ? {} : { id }),
      };
    },
    accepted: parts.accepted,
    memoryMb: parts.memoryMb,
    stop: parts.stop,
  };
}
