/**
 * Models of next edits behind the servers they run on, in the shapes their makers give: each writes its window anew with
 * the line that begins with `next` in capitals, and says in its own way where there is none.
 */

import type { ApiAnswer, ApiRequest, Dialect } from './api-server.ts';
import { events, halves, type Json, lastMessage, whole } from './dialects.ts';

/** Sweep's: https://huggingface.co/sweepai/sweep-next-edit-1.5b. */
export const sweepServer = completing('sweep-next-edit-1.5b', (prompt) => {
  const window = between(prompt, /<\|file_sep\|>current\/[^\n]*\n/, '<|file_sep|>updated/');
  return loud(window);
});

/** Zed's: https://huggingface.co/zed-industries/zeta-2. */
export const zeta2Server = completing('zeta-2', (prompt) => {
  const window = between(prompt, /<<<<<<< CURRENT\n/, '=======\n').replace('<|user_cursor|>', '');
  return loud(window) === window ? 'NO_EDITS\n' : loud(window);
});

/** Zed's: https://huggingface.co/zed-industries/zeta-2.1. */
export const zeta21Server = completing('zeta-2.1', (prompt) => {
  const window = between(prompt, /(?=<\|marker_1\|>)/, '\n<[fim-middle]>').replace('<|user_cursor|>', '');
  return loud(window) === window ? '<|marker_1|><|marker_1|>' : loud(window);
});

/** Continue's: https://huggingface.co/continuedev/instinct. */
export const instinctServer: Dialect = (request) => {
  if (request.path === '/v1/models') return list('instinct');
  if (request.path !== '/v1/chat/completions') return undefined;
  const window = between(
    lastMessage(request.body),
    /<\|editable_region_start\|>\n/,
    '<|editable_region_end|>',
  );
  return chat(loud(window.replace('<|user_cursor_is_here|>', '')));
};

/** Inception's: https://docs.inceptionlabs.ai. */
export function mercuryEdit({ body }: ApiRequest): ApiAnswer {
  const window = between(lastMessage(body), /<\|code_to_edit\|>\n/, '<|/code_to_edit|>').replace(
    '<|cursor|>',
    '',
  );
  return chat(loud(window) === window ? 'None' : `\`\`\`\n${loud(window)}\`\`\`\n`);
}

function completing(model: string, say: (prompt: string) => string): Dialect {
  return ({ path, body }) => {
    if (path === '/v1/models') return list(model);
    if (path !== '/v1/completions') return undefined;
    const chunk = (text: string, finish: string | null = null): Json => ({
      id: 'cmpl-1',
      object: 'text_completion',
      choices: [{ index: 0, text, finish_reason: finish }],
    });
    return events([
      ...halves(say(String(body.prompt))).map((text) => chunk(text)),
      chunk('', 'stop'),
      '[DONE]',
    ]);
  };
}

function chat(said: string): ApiAnswer {
  const chunk = (content: string, finish: string | null = null): Json => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  });
  return events([...halves(said).map((text) => chunk(text)), chunk('', 'stop'), '[DONE]']);
}

function list(model: string): ApiAnswer {
  return whole({ object: 'list', data: [{ id: model, object: 'model' }] });
}

function between(prompt: string, from: RegExp, to: string): string {
  const found = from.exec(prompt);
  if (!found) throw new Error(`The prompt has no ${from}`);
  const start = found.index + found[0].length;
  return prompt.slice(start, prompt.indexOf(to, start));
}

function loud(window: string): string {
  return window.replace(
    /^(<\|marker_1\|>)?(next.*)$/m,
    (_, mark = '', line: string) => mark + line.toUpperCase(),
  );
}
