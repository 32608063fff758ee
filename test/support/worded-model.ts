/** What the session's contract wants of a model, by one that has only the words of the prompt. */

import { reply, type Step } from './model-steps.ts';

export function answerWords(frame: Readonly<Record<string, unknown>>): readonly Step[] {
  const prompt = JSON.parse(JSON.stringify(frame.input)) as { content: { text: string }[] }[];
  const words = prompt.at(-1)?.content[0]?.text ?? '';
  const line = [...words.matchAll(/^(.*)<\|cursor\|>/gm)].at(-1)?.[1];
  if (line !== undefined) return reply(line.toUpperCase(), { pieces: 2 });
  const next = nextInWords(words);
  if (next !== undefined) return reply(next, { pieces: 3 });
  const instruction = /^Task "edit" in [^:]*: (.*)$/m.exec(words)?.[1] ?? '';
  if (instruction !== 'cannot') return reply(instruction);
  return [
    { event: { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'Not that.' } },
    { event: { type: 'response.completed', response: { id: 'resp_1' } } },
  ];
}

/** Asked for the next edit: a line that begins with `next` is written in capitals, and nothing else changes. */
export function nextInWords(prompt: string): string | undefined {
  const lines = /^Task "next" in [\s\S]*which are now:\n([\s\S]*)$/m.exec(prompt)?.[1];
  if (lines === undefined) return undefined;
  const now = lines.replace(/^next.*$/m, (line) => line.toUpperCase());
  return now === lines ? 'NO_CHANGE' : now;
}
