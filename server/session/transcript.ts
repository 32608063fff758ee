/**
 * Transcript: what a response has said so far, put together from whatever its server sends.
 *
 * Some servers stream deltas with scaffolding, some without, some leave out the terminal `output`, some send only
 * that. Each of these says the same text again; what was already said is taken off, so a reader hears every
 * character once. A later, whole version that does not begin with what was streamed is a broken answer.
 *
 * Candidates are the response's messages in order: reasoning and commentary between them do not count.
 */

import type { AnswerEvent } from '../core/model.ts';
import type { EventBody, OutputItem } from './protocol/events.ts';

export type AnswerPiece = Extract<AnswerEvent, { kind: 'text' | 'refusal' }>;

export interface Transcript {
  /** What a reader hears by this event; `contradiction` where it does not continue what was heard. */
  read(body: EventBody): readonly AnswerPiece[] | 'contradiction';
  /** Whether anything was heard. */
  begun(): boolean;
}

export function createTranscript(): Transcript {
  /** Text by `output/part`, and refusals by the same with their own sign. */
  const heard = new Map<string, string>();
  const candidates = new Map<number, number>();
  const hidden = new Set<number>();

  const candidate = (output: number): number => {
    const known = candidates.get(output);
    if (known !== undefined) return known;
    candidates.set(output, candidates.size);
    return candidates.size - 1;
  };

  const delta = (
    kind: AnswerPiece['kind'],
    place: { readonly output: number; readonly part: number },
    text: string,
  ): AnswerPiece[] => {
    if (text === '' || hidden.has(place.output)) return [];
    const key = `${kind}/${place.output}/${place.part}`;
    heard.set(key, (heard.get(key) ?? '') + text);
    return kind === 'refusal' ? [{ kind, text }] : [{ kind, index: candidate(place.output), text }];
  };

  const whole = (
    kind: AnswerPiece['kind'],
    place: { readonly output: number; readonly part: number },
    text: string,
  ): AnswerPiece[] | undefined => {
    if (hidden.has(place.output)) return [];
    const before = heard.get(`${kind}/${place.output}/${place.part}`) ?? '';
    if (!text.startsWith(before)) return undefined;
    return delta(kind, place, text.slice(before.length));
  };

  const item = (output: number, value: OutputItem): AnswerPiece[] | undefined => {
    switch (value.kind) {
      case 'hidden':
        hidden.add(output);
        return [];
      case 'tool-text':
        return whole('text', { output, part: 0 }, value.text);
      case 'message': {
        const said: AnswerPiece[] = [];
        for (const [part, { kind, text }] of value.parts.entries()) {
          const more = whole(kind, { output, part }, text);
          if (!more) return undefined;
          said.push(...more);
        }
        return said;
      }
      default:
        return value satisfies never;
    }
  };

  return {
    read(body) {
      switch (body.kind) {
        case 'text-delta':
          return delta('text', body, body.text);
        case 'refusal-delta':
          return delta('refusal', body, body.text);
        case 'text-done':
          return whole('text', body, body.text) ?? 'contradiction';
        case 'refusal-done':
          return whole('refusal', body, body.text) ?? 'contradiction';
        case 'item-added':
          if (body.item.kind === 'hidden') hidden.add(body.output);
          else candidate(body.output);
          return [];
        case 'item-done':
          return item(body.output, body.item) ?? 'contradiction';
        case 'ended': {
          // A terminal `output` may leave out items that were streamed, so messages are matched in order.
          const outputs = [...candidates.keys()].sort((a, b) => a - b);
          const visible = (body.response.output ?? []).filter(({ kind }) => kind !== 'hidden');
          const said: AnswerPiece[] = [];
          for (const [i, value] of visible.entries()) {
            const more = item(outputs[i] ?? (outputs.at(-1) ?? 0) + i + 1, value);
            if (!more) return 'contradiction';
            said.push(...more);
          }
          return said;
        }
        case 'created':
        case 'started':
        case 'other':
        case 'error':
          return [];
        default:
          return body satisfies never;
      }
    },
    begun: () => heard.size > 0,
  };
}
