/** What the session's contract wants of a model, by one that has only the words of the prompt. */

import { reply, type Step } from './model-steps.ts';

export function answerWords(frame: Readonly<Record<string, unknown>>): readonly Step[] {
  const prompt = JSON.parse(JSON.stringify(frame.input)) as { content: { text: string }[] }[];
  const words = prompt.at(-1)?.content[0]?.text ?? '';
  const line = [...words.matchAll(/^(.*)<\|cursor\|>/gm)].at(-1)?.[1];
  if (line !== undefined) return reply(line.toUpperCase(), { pieces: 2 });
  const instruction = /^Task "edit" in [^:]*: (.*)$/m.exec(words)?.[1] ?? '';
  if (instruction !== 'cannot') return reply(instruction);
  return [
    { event: { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'Not that.' } },
    { event: { type: 'response.completed', response: { id: 'resp_1' } } },
  ];
}
