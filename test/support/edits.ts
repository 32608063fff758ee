/** One document behind the whole server, edited by a scripted model: what is asked for, and what the editor has then. */

import { editors } from './client/editor.ts';
import { fakeModel, type Reply } from './fake-model.ts';
import { openServer, type TestServer, type TestServerOptions } from './server.ts';

export const uri = 'file:///a.ts';

export type Outcome =
  | { readonly ok: true; readonly edits: number; readonly files: number; readonly token?: string | number }
  | { readonly ok: false; readonly reason: string; readonly message: string };

export interface EditScene extends TestServer {
  /** Runs a command on the document and waits for its outcome. */
  run(command: string, argument?: object): Promise<Outcome>;
  /** Runs `whittle.edit` and waits for its outcome. */
  edit(instruction: string, argument?: object): Promise<Outcome>;
  /** Runs a command on the document and does not wait. */
  begin(command: string, argument?: object): Promise<Outcome>;
  text(): string;
  titles(at?: string): Promise<readonly string[]>;
}

export interface EditSceneOptions extends TestServerOptions {
  readonly replies?: readonly Reply[];
}

export async function editScene(text: string, options: EditSceneOptions = {}): Promise<EditScene> {
  const { replies } = options;
  const model = options.model ?? fakeModel((_, index) => replies?.[index]);
  // An editor that does not ask for ghost text: what the model is asked is the edit alone.
  const { inlineCompletion: _, ...textDocument } = fieldsOf(
    editors[options.editor ?? 'plain'].capabilities.textDocument,
  );
  const capabilities = { textDocument, ...options.capabilities };
  const server = await openServer({ ...options, capabilities, model });
  const { client } = server;
  client.open(uri, text);
  const begin = async (command: string, argument: object = {}) =>
    (await client.execute(command, { uri, ...argument })) as Outcome;
  const run = (command: string, argument: object = {}) => begin(command, { wait: true, ...argument });
  return {
    ...server,
    begin,
    run,
    edit: (instruction, argument) => run('whittle.edit', { instruction, ...argument }),
    text: () => client.text(uri),
    async titles(at = '') {
      const start = client.text(uri).indexOf(at);
      const actions = await client.codeActions(uri, { start, end: start + at.length });
      return actions.map(({ title }) => title);
    },
  };
}

/** What a model writes to have `search` read `replace`. */
export function block(search: string, replace: string): string {
  return `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
