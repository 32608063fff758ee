/**
 * Zed's edit prediction provider `open_ai_compatible_api` with the model name `sweep-next-edit`: what it sends, to the
 * byte, and what it does with an answer. After https://github.com/zed-industries/zed, crates/edit_prediction:
 * `sweep_prompt.rs` and `open_ai_compatible.rs`.
 */

import { connect } from 'node:net';
import * as z from 'zod';

export interface ZedPrompt {
  readonly path: string;
  readonly window: string;
  readonly original?: string;
  readonly changes?: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  readonly files?: readonly { readonly path: string; readonly text: string }[];
}

export function zedPrompt({ path, window, original = window, changes = [], files = [] }: ZedPrompt): string {
  const block = (name: string, text: string): string =>
    `<|file_sep|>${name}\n${text}${text.endsWith('\n') ? '' : '\n'}`;
  const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
  return [
    ...files.map((file) => block(file.path, file.text)),
    ...changes.map((each) =>
      block(`${each.path}.diff`, `original:\n${ended(each.before)}updated:\n${each.after}`),
    ),
    block(`original/${path}`, original),
    block(`current/${path}`, window),
    `<|file_sep|>updated/${path}\n`,
  ].join('');
}

/** The rows that Zed shows around the cursor's. */
export function zedWindow(text: string, cursor: number): string {
  const rows = text.split('\n');
  const row = text.slice(0, cursor).split('\n').length - 1;
  return rows.slice(Math.max(0, row - 10), row + 11).join('\n');
}

export function zedBody(prompt: string): string {
  const stop = ['<|file_sep|>', '</s>'];
  return JSON.stringify({ model: 'whittle-sweep-next-edit', prompt, max_tokens: 512, stop });
}

/** Writes the request on a bare socket and reads the answer as Zed's decoder does: every field has to be there. */
export async function askAsZed(
  port: number,
  body: string,
  key?: string,
): Promise<{ readonly status: number; readonly text: string; readonly body: string }> {
  const authorization = key === undefined ? '' : `authorization: Bearer ${key}\r\n`;
  const answer = await exchange(
    port,
    `POST /v1/completions HTTP/1.1\r\ncontent-type: application/json\r\n${authorization}user-agent: Zed/0.230.0 (linux; x86_64)\r\naccept: */*\r\nhost: 127.0.0.1:${port}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
  const json = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  if (status !== 200) return { status, text: '', body: json };
  const text = response.parse(JSON.parse(json)).choices[0]?.text ?? '';
  return { status, body: json, text: text.split('<|file_sep|>')[0]?.split('</s>')[0] ?? '' };
}

/** What stands in the editor when the prediction is taken. */
export function taken(window: string, answer: string): string {
  return answer === '' ? window : answer;
}

function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const count = z.int().nonnegative();
const response = z.strictObject({
  id: z.string(),
  object: z.string(),
  created: count,
  model: z.string(),
  choices: z.array(z.object({ text: z.string(), finish_reason: z.string().nullable() })).min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count }),
});
