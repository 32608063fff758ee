/** Tabby's language server from npm, its delays off, against the same model. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { pause, startProcess, treeMemoryMb } from '../process.ts';
import type { System } from './system.ts';
import { type Item, overLsp, type Range } from './whittle.ts';

export async function startTabby(peers: string, port: number): Promise<System> {
  const home = `${peers}/tabby-home-bench-${port}`;
  mkdirSync(`${home}/.tabby-client/agent`, { recursive: true });
  writeFileSync(
    `${home}/.tabby-client/agent/config.toml`,
    `[server]\nendpoint = "http://127.0.0.1:${port}"\n\n[completion.debounce]\nmode = "fixed"\ninterval = 0\n\n[anonymousUsageTracking]\ndisable = true\n[logs]\nlevel = "silent"\n`,
  );
  const program = `${peers}/tabby-agent/node_modules/tabby-agent/dist/cli.js`;
  const client = startProcess([program, '--lsp', '--stdio'], { HOME: home });
  await client.request('initialize', {
    processId: null,
    rootUri: null,
    capabilities: { textDocument: { completion: {}, inlineCompletion: {} }, workspace: {} },
    clientInfo: { name: 'bench', version: '1' },
  });
  client.notify('initialized', {});
  // It asks its server how it does before it answers.
  await pause(1000);
  return overLsp('tabby-agent', client, {
    async suggest(textDocument, position) {
      const answer = await client.request('textDocument/completion', {
        textDocument,
        position,
        context: { triggerKind: 1 },
      });
      const list = answer as { readonly items?: readonly MenuItem[] } | readonly MenuItem[] | null;
      const [item] =
        (list !== null && 'items' in list ? list.items : (list as readonly MenuItem[] | null)) ?? [];
      if (!item) return undefined;
      const insertText = item.textEdit?.newText ?? item.insertText ?? item.label ?? '';
      const range = item.textEdit?.range ?? item.textEdit?.insert;
      return { insertText, ...(range ? { range } : {}) } satisfies Item;
    },
    accepted() {},
    memoryMb: () => treeMemoryMb(client.child.pid ?? 0) ?? Number.NaN,
    stop: client.stop,
  });
}

interface MenuItem {
  readonly label?: string;
  readonly insertText?: string;
  readonly textEdit?: { readonly newText: string; readonly range?: Range; readonly insert?: Range };
}
