/**
 * Transcript: what a response has said so far, put together from whatever its server sends.
 *
 * Some servers stream deltas with scaffolding, some without, some leave out the terminal `output`, some send only
 * that. Each of these says the same text again; what was already said is taken off, so a reader hears every
 * character once. A later, whole version that does not begin with what was streamed is a broken answer.
 *
 *   item-added, a piece of text ──► open ──item-done──► done
 *
 * Laws
 * - Candidates are the response's messages as they were announced or heard: reasoning, commentary and empty messages
 *   do not count.
 * - An answer is whole when something of it can be read, its server has called that completed, and nothing else has
 *   begun. What begins afterwards takes it back. Servers that say nothing of items, or not that one is completed,
 *   never have a whole answer before its end.
 */

import type { AnswerEvent } from '../../core/model.ts';
import type { EventBody, OutputItem } from './events.ts';
import { createOutputs, type Output } from './outputs.ts';
import { wholePart, wholeText } from './whole-text.ts';

export type AnswerPiece = Extract<AnswerEvent, { kind: 'text' | 'refusal' }>;

export interface Transcript {
  /** What a reader hears by this event; `contradiction` where it does not continue what was heard. */
  read(body: EventBody): readonly AnswerPiece[] | 'contradiction';
  /** Whether anything was heard. */
  begun(): boolean;
  /** Whether only the end is missing, as far as its server says. */
  isWhole(): boolean;
  /** Whether the model thought, or did, what its answer does not show. */
  hidesAny(): boolean;
}

export function createTranscript(): Transcript {
  const outputs = createOutputs();
  let candidates = 0;
  let isBegun = false;
  /** Outputs that are. */
  let open = 0;
  let isAnyDone = false;
  let isAnyHidden = false;

  const isWhole = (): boolean => isAnyDone && open === 0;

  const opens = (output: Output): void => {
    if (output.isOpen) return;
    output.isOpen = true;
    open++;
  };

  const closes = (output: Output): void => {
    if (!output.isOpen) return;
    output.isOpen = false;
    open--;
  };

  const say = (output: Output, kind: AnswerPiece['kind'], text: string): readonly AnswerPiece[] => {
    if (text === '') return nothing;
    output[kind] += text;
    if (output.kind !== 'message') return nothing;
    isBegun = true;
    output.candidate ??= candidates++;
    return kind === 'refusal' ? [{ kind, text }] : [{ kind, index: output.candidate, text }];
  };

  const whole = (
    output: Output,
    kind: AnswerPiece['kind'],
    text: string,
  ): readonly AnswerPiece[] | undefined => {
    const before = output[kind];
    if (text === before || output.kind !== 'message') return nothing;
    return text.startsWith(before) ? say(output, kind, text.slice(before.length)) : undefined;
  };

  const delta = (
    body: Extract<EventBody, { kind: 'text-delta' | 'refusal-delta' }>,
  ): readonly AnswerPiece[] => {
    const output = outputs.speaker(body.output);
    // Before anything is done it tells nothing: what is done is not open, whether or not it was said to have begun.
    if (isAnyDone) opens(output);
    if (body.kind === 'refusal-delta') return say(output, 'refusal', body.text);
    const { parts, text } = output;
    if (parts[parts.length - 1]?.part !== body.part)
      parts.push({ part: body.part, start: text.length, isDone: false });
    return say(output, 'text', body.text);
  };

  /** All that an item says, where its texts and its refusals are one each. */
  const item = (output: Output, value: OutputItem): readonly AnswerPiece[] | undefined => {
    if (value.kind === 'hidden') return nothing;
    const hasText = value.kind === 'tool-text' || value.parts.some(({ kind }) => kind === 'text');
    const text = hasText ? whole(output, 'text', wholeText(output.text, textOf(value, 'text'))) : nothing;
    const refusal = textOf(value, 'refusal');
    const refused = refusal === '' ? nothing : whole(output, 'refusal', refusal);
    return text && refused && joined(text, refused);
  };

  const itemDone = ({
    output: number,
    item: value,
  }: Extract<EventBody, { kind: 'item-done' }>): readonly AnswerPiece[] | undefined => {
    const output = outputs.done(number, value, textOf(value, 'text'));
    if (value.kind === 'hidden') isAnyHidden = true;
    else if (value.isCompleted) isAnyDone = true;
    if (value.kind === 'hidden' || value.isCompleted) closes(output);
    return item(output, value);
  };

  /** A terminal `output` may leave out items that were streamed, so messages are matched in order. */
  const ended = (given: readonly OutputItem[]): readonly AnswerPiece[] | undefined => {
    const values = given.filter(({ kind }) => kind !== 'hidden');
    // What is done was compared then, by what its server said of it.
    if (isWhole() && values.length <= candidates) return nothing;
    const messages = outputs.messages();
    // Nothing may ever have been heard of messages that say nothing.
    const speaking = values.length > messages.length ? values.filter(saysAny) : values;
    const said: AnswerPiece[] = [];
    for (const [i, value] of speaking.entries()) {
      const more = item(messages[i] ?? outputs.unheard(), value);
      if (!more) return undefined;
      for (const piece of more) said.push(piece);
    }
    return said;
  };

  return {
    read(body) {
      switch (body.kind) {
        case 'text-delta':
        case 'refusal-delta':
          return delta(body);
        case 'text-done': {
          const output = outputs.said(body.output, body.text);
          return whole(output, 'text', wholePart(output, body.part, body.text)) ?? 'contradiction';
        }
        case 'refusal-done':
          return whole(outputs.speaker(body.output), 'refusal', body.text) ?? 'contradiction';
        case 'item-added': {
          const output = outputs.added(body.output, body.item);
          opens(output);
          if (body.item.kind === 'hidden') isAnyHidden = true;
          else output.candidate ??= candidates++;
          return nothing;
        }
        case 'item-done':
          return itemDone(body) ?? 'contradiction';
        case 'ended':
          // Of one that failed nothing more is wanted than why.
          if (body.outcome === 'failed') return nothing;
          return ended(body.response.output ?? []) ?? 'contradiction';
        case 'created':
        case 'started':
        case 'other':
        case 'error':
          return nothing;
        default:
          return body satisfies never;
      }
    },
    begun: () => isBegun,
    isWhole,
    hidesAny: () => isAnyHidden,
  };
}

const nothing: readonly AnswerPiece[] = [];

/** What an item says in this way. */
function textOf(item: OutputItem, kind: AnswerPiece['kind']): string {
  if (item.kind === 'tool-text') return kind === 'text' ? item.text : '';
  if (item.kind === 'hidden') return '';
  let text = '';
  for (const part of item.parts) if (part.kind === kind) text += part.text;
  return text;
}

function saysAny(item: OutputItem): boolean {
  return textOf(item, 'text') !== '' || textOf(item, 'refusal') !== '';
}

function joined(said: readonly AnswerPiece[], more: readonly AnswerPiece[]): readonly AnswerPiece[] {
  if (more.length === 0) return said;
  return said.length === 0 ? more : [...said, ...more];
}
