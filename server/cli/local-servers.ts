/** What `whittle doctor` says about model servers: the configured one, and those that listen on their usual ports. */

import { chooseFormats } from '../gateway/upstreams/choose.ts';
import type { Discovery } from '../gateway/upstreams/discovery.ts';
import type { ServerFacts, UpstreamModel } from '../gateway/upstreams/upstream.ts';

export interface LocalServer {
  readonly name: string;
  readonly url: string;
}

/** Where model servers listen when nobody tells them otherwise. */
export const usualServers: readonly LocalServer[] = [
  { name: 'Ollama', url: 'http://127.0.0.1:11434' },
  { name: 'llama-server', url: 'http://127.0.0.1:8080' },
  // For llama.vim and llama.vscode.
  { name: 'llama-server', url: 'http://127.0.0.1:8012' },
  { name: 'LM Studio', url: 'http://127.0.0.1:1234' },
  { name: 'vLLM', url: 'http://127.0.0.1:8000' },
  { name: 'KoboldCpp', url: 'http://127.0.0.1:5001' },
  { name: 'Jan', url: 'http://127.0.0.1:1337' },
];

/** Models named in one line; more say no more. */
const mostNames = 5;
/** A server on this machine that takes longer to list its models is not well. */
const answerWithinMs = 2_000;

/** One sentence on how the configured model server is asked; nothing where it does not answer. */
export async function describeServer(
  discovery: Discovery,
  model: UpstreamModel,
): Promise<string | undefined> {
  const found = await discovery.discover(model, AbortSignal.timeout(answerWithinMs));
  if (found.kind === 'failed') return undefined;
  const { server } = found;
  const context = server.contextTokens === undefined ? '' : `, a context of ${server.contextTokens} tokens`;
  return `${titleOf(server)}, model "${server.model}"${context}: ${ways(model.format, server)}`;
}

/**
 * One sentence for each server that answers at a usual port, with the setting that would use it. They are asked
 * without any key, and nothing is switched on.
 */
export async function findLocalServers(
  discovery: Discovery,
  servers: readonly LocalServer[] = usualServers,
): Promise<readonly string[]> {
  const said = await Promise.all(
    servers.map(async ({ name, url }) => {
      const model = { url, name: '', headers: {}, format: 'auto' };
      const found = await discovery.discover(model, AbortSignal.timeout(answerWithinMs));
      if (found.kind === 'failed') {
        // It is there, and says what is missing.
        return found.failure.code === 'not-found' ? [found.failure.message] : [];
      }
      const { server } = found;
      // Many things listen on such ports.
      if (server.models.length === 0 && server.model === '') return [];
      const title = server.kind === 'openai' ? name : titleOf(server);
      return [
        `${title} at ${url} with ${names(server.models)} (${ways('auto', server)}); to use it set \`model.url\` to "${url}"${named(server)}`,
      ];
    }),
  );
  return said.flat();
}

function ways(format: string, server: ServerFacts): string {
  const { complete, edit } = chooseFormats(format, server);
  const [ghost] = complete;
  const [words] = edit;
  if (ghost === undefined && words === undefined) return 'this model gives neither ghost text nor edits';
  if (words === undefined) return `ghost text by ${ghost}, no edits: set \`edit.model\` for those`;
  return ghost === words ? `ghost text and edits by ${words}` : `ghost text by ${ghost}, edits by ${words}`;
}

function named({ models }: ServerFacts): string {
  return models.length > 1 ? ' and `model.name` to one of these' : '';
}

function names(models: readonly string[]): string {
  const shown = models.slice(0, mostNames).join(', ');
  return models.length > mostNames ? `${shown} and ${models.length - mostNames} more` : shown;
}

function titleOf({ kind }: ServerFacts): string {
  switch (kind) {
    case 'ollama':
      return 'Ollama';
    case 'llama-server':
      return 'llama-server';
    case 'lm-studio':
      return 'LM Studio';
    case 'vllm':
      return 'vLLM';
    case 'mistral':
      return 'Mistral';
    case 'deepseek':
      return 'DeepSeek';
    case 'inception':
      return 'Inception';
    case 'openai':
      return 'a server of chat completions';
    default:
      return kind satisfies never;
  }
}
