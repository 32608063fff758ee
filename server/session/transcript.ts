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
import { Items } from './items.ts';
import type { EventBody, OutputItem, OutputPart } from './protocol/events.ts';
import { createOutputs } from './protocol/outputs.ts';

export type AnswerPiece = Extract<AnswerEvent, { kind: 'text' | 'refusal' }>;

export interface Transcript {
  /** What a reader hears by this event; `contradiction` where it does not continue what was heard. */
  read(body: EventBody): readonly AnswerPiece[] | 'contradiction';
  /** Whether anything was heard. */
  begun(): boolean;
  /** What of it is done, as far as was read. */
  readonly items: Pick<Items, 'areWhole' | 'hideAny'>;
}

export function createTranscript(): Transcript {
  // Lists, not maps: an answer is one part of one message, and is looked up with every event.
  const voices: Voice[] = [];
  /** Outputs that are messages, as they came; a candidate's number is its place. */
  const candidates: number[] = [];
  const hidden: number[] = [];
  const items = new Items();
  const outputs = createOutputs();

  const candidate = (output: number): number => {
    const known = candidates.indexOf(output);
    return known === -1 ? candidates.push(output) - 1 : known;
  };

  const hide = (output: number): void => {
    if (!hidden.includes(output)) hidden.push(output);
  };

  const voiceOf = (kind: AnswerPiece['kind'], output: number, part: number): Voice | undefined => {
    for (let i = 0; i < voices.length; i++) {
      const voice = voices[i];
      if (voice && voice.output === output && voice.part === part && voice.kind === kind) return voice;
    }
    return undefined;
  };

  /** What is the only one of its kind in a message is what was streamed, however its parts were numbered then. */
  const placeIn = (parts: readonly OutputPart[], { kind, text }: OutputPart, place: Place): Place => {
    const isSame = (each: OutputPart): boolean => each.kind === kind && each.text !== '';
    if (text === '' || parts.filter(isSame).length > 1) return place;
    const said = voices.filter((voice) => voice.kind === kind && voice.output === place.output);
    return (said.length === 1 && said[0]) || place;
  };

  const delta = (
    kind: AnswerPiece['kind'],
    { output, part }: Place,
    text: string,
  ): readonly AnswerPiece[] => {
    if (text === '' || hidden.includes(output)) return nothing;
    const voice = voiceOf(kind, output, part);
    if (voice) voice.text += text;
    else voices.push({ kind, output, part, text });
    const index = candidate(output);
    return kind === 'refusal' ? [{ kind, text }] : [{ kind, index, text }];
  };

  const whole = (
    kind: AnswerPiece['kind'],
    place: Place,
    text: string,
  ): readonly AnswerPiece[] | undefined => {
    if (hidden.includes(place.output)) return nothing;
    const before = voiceOf(kind, place.output, place.part)?.text ?? '';
    if (text === before) return nothing;
    if (!text.startsWith(before)) return undefined;
    return delta(kind, place, text.slice(before.length));
  };

  const item = (output: number, value: OutputItem): readonly AnswerPiece[] | undefined => {
    switch (value.kind) {
      case 'hidden':
        hide(output);
        return nothing;
      case 'tool-text':
        return whole('text', { output, part: 0 }, value.text);
      case 'message': {
        let said = nothing;
        let part = 0;
        for (const each of value.parts) {
          const more = whole(each.kind, placeIn(value.parts, each, { output, part: part++ }), each.text);
          if (!more) return undefined;
          said = joined(said, more);
        }
        return said;
      }
      default:
        return value satisfies never;
    }
  };

  const hasMore = (output: readonly OutputItem[] | undefined): boolean => {
    let seen = 0;
    for (const { kind } of output ?? []) if (kind !== 'hidden') seen++;
    return seen > candidates.length;
  };

  return {
    read(given) {
      // What is done was compared then, by what its server said of it.
      if (given.kind === 'ended' && items.areWhole() && !hasMore(given.response.output)) return nothing;
      const body = outputs.read(given);
      items.read(body);
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
          if (body.item.kind === 'hidden') hide(body.output);
          else candidate(body.output);
          return nothing;
        case 'item-done':
          return item(body.output, body.item) ?? 'contradiction';
        case 'ended': {
          // A terminal `output` may leave out items that were streamed, so messages are matched in order.
          const { output } = body.response;
          if (output === undefined) return nothing;
          const outputs = candidates.length > 1 ? candidates.toSorted((a, b) => a - b) : candidates.slice();
          const next = (outputs.at(-1) ?? 0) + 1;
          let said = nothing;
          let i = 0;
          for (const value of output) {
            if (value.kind === 'hidden') continue;
            const more = item(outputs[i] ?? next + i, value);
            if (!more) return 'contradiction';
            said = joined(said, more);
            i++;
          }
          return said;
        }
        case 'created':
        case 'started':
        case 'other':
        case 'error':
          return nothing;
        default:
          return body satisfies never;
      }
    },
    begun: () => voices.length > 0,
    items,
  };
}

/** What one part of an output has said so far. */
interface Voice extends Place {
  readonly kind: AnswerPiece['kind'];
  text: string;
}

interface Place {
  readonly output: number;
  readonly part: number;
}

const nothing: readonly AnswerPiece[] = [];

function joined(said: readonly AnswerPiece[], more: readonly AnswerPiece[]): readonly AnswerPiece[] {
  if (more.length === 0) return said;
  return said.length === 0 ? more : [...said, ...more];
}
