/**
 * Neovim as these tests start it: it sees no file of the user's, has its server when it is handed over, and quits after
 * the test.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Neovim, type NeovimOptions } from './neovim.ts';

/** The client, as a plugin. */
export const client = join(import.meta.dirname, '../../../clients/neovim');

interface Place {
  readonly program: string;
  /** Where it works. */
  readonly folder: string;
}

/** With Whittle's own server. What Neovim and the server keep is below `home`. */
export async function startWithServer(
  options: Place & {
    readonly home: string;
    readonly init: string;
    readonly file: string;
    readonly env: NeovimOptions['env'];
  },
): Promise<Neovim> {
  const { program, folder, home, init, file } = options;
  const env = { ...options.env, ...keptBelow(home) };
  return await attached(
    { program, args: ['-u', init, file], folder, env },
    "(vim.lsp.get_clients({ name = 'whittle', bufnr = 0 })[1] or {}).initialized",
  );
}

/** With the recorder in the server's place, on `a.lua`; `setUp` is the Lua that sets the client up for `recorder`. */
export async function startWithRecorder({
  program,
  folder,
  setUp,
}: Place & { readonly setUp: string }): Promise<Neovim> {
  const init = join(folder, 'init.lua');
  writeFileSync(
    init,
    `vim.opt.swapfile = false
     vim.opt.runtimepath:append(${JSON.stringify(client)})
     package.path = package.path .. ${JSON.stringify(`;${import.meta.dirname}/?.lua`)}
     recorder = require('recorder')
     ${setUp}`,
  );
  return await attached(
    { program, args: ['-u', init, 'a.lua'], folder, env: keptBelow(folder) },
    "#recorder.of('textDocument/didOpen') > 0",
  );
}

async function attached(options: NeovimOptions, condition: string): Promise<Neovim> {
  const neovim = await Neovim.start(options);
  onTestFinished(async () => {
    await neovim.quit();
  });
  await neovim.until('attaching', condition);
  return neovim;
}

function keptBelow(home: string): Readonly<Record<string, string>> {
  const kinds = ['CONFIG', 'DATA', 'STATE', 'CACHE'];
  return Object.fromEntries(kinds.map((kind) => [`XDG_${kind}_HOME`, join(home, kind)]));
}
