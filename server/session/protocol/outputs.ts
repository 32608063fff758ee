/**
 * Outputs: which item of a response an event is about, whatever numbers its server gives.
 *
 * By the protocol an item keeps its `output_index` and a part its `content_index`. Servers that imitate it leave the
 * numbers out, give one to reasoning and to the answer behind it, count a part for every token, or number what is done
 * otherwise than what was streamed: taken at their word, an answer would be hidden, or said twice.
 *
 * Laws
 * - Where the numbers follow the protocol, an item is found by its own.
 * - Text belongs to a message, never to reasoning or a call that has its number. Commentary keeps its own.
 */

import type { OutputItem } from './events.ts';

/** `unseen` are reasoning and calls: text is none of theirs. */
export type OutputKind = 'message' | 'commentary' | 'unseen';

/** One item, as far as it was said. */
export interface Output {
  /** Its own: no other item has it. */
  readonly number: number;
  readonly kind: OutputKind;
  /** Of a message that was announced or heard, its place among those. */
  candidate: number | undefined;
  isAnnounced: boolean;
  /** It was said to have begun, and not to be done. */
  isOpen: boolean;
  text: string;
  refusal: string;
  /** Of its text, as the server numbers them. */
  readonly parts: Part[];
}

interface Part {
  readonly part: number;
  /** Where it begins in the text, in UTF-16 code units. */
  readonly start: number;
  isDone: boolean;
}

export interface Outputs {
  /** The item of this number that is said to begin. */
  added(number: number, item: OutputItem): Output;
  /** Whom text of this number belongs to. */
  speaker(number: number): Output;
  /** Whom a whole text of this number belongs to. */
  said(number: number, text: string): Output;
  /** The item of this number that is said to be done, with this text. */
  done(number: number, item: OutputItem, text: string): Output;
  /** A message nothing was heard of before. */
  unheard(): Output;
  /** By their numbers. */
  messages(): readonly Output[];
}

/** So many of the newest are searched for one that goes by another number: more are no mistake in numbering. */
const mostSearched = 64;

export function createOutputs(): Outputs {
  const outputs: Output[] = [];
  /** By kind and the server's numbers, the newest each: places in the list. */
  const places = { message: new Map(), commentary: new Map(), unseen: new Map() } satisfies Readonly<
    Record<OutputKind, Map<number, number>>
  >;
  let mostNumber = -1;
  /** By the server's numbers, the newest each. */
  const newest = new Map<number, Output>();
  const used = new Set<number>();
  /** The next one to try where a number is used: else each of many with one number would try all again. */
  const free = new Map<number, number>();

  const begin = (named: number, kind: OutputKind): Output => {
    let number = free.get(named) ?? named;
    while (used.has(number)) number++;
    used.add(number);
    mostNumber = Math.max(mostNumber, number);
    free.set(named, number + 1);
    const output: Output = {
      number,
      kind,
      candidate: undefined,
      isAnnounced: false,
      isOpen: false,
      text: '',
      refusal: '',
      parts: [],
    };
    places[kind].set(named, outputs.length);
    outputs.push(output);
    newest.set(named, output);
    return output;
  };

  const known = (number: number, kind: OutputKind): Output | undefined =>
    outputs[places[kind].get(number) ?? -1];

  const rename = (place: number, number: number): Output | undefined => {
    const output = outputs[place];
    if (!output) return undefined;
    places[output.kind].set(number, Math.max(place, places[output.kind].get(number) ?? place));
    newest.set(number, output);
    return output;
  };

  /** The places of the newest messages of which this is so. */
  const messagesWhere = (isSo: (output: Output) => boolean): readonly number[] => {
    const found: number[] = [];
    for (let place = Math.max(0, outputs.length - mostSearched); place < outputs.length; place++) {
      const output = outputs[place];
      if (output?.kind === 'message' && isSo(output)) found.push(place);
    }
    return found;
  };

  const speaker = (number: number): Output => {
    const there = newest.get(number);
    if (there && there.kind !== 'unseen') return there;
    const silent = messagesWhere(({ text }) => text === '');
    // Announced by another number; left out, it is that of the reasoning before.
    const [only = -1] = silent.length === 1 ? silent : [];
    return rename(only, number) ?? begin(number, 'message');
  };

  const message = (number: number, text: string): Output => {
    const there = known(number, 'message');
    if (there) return there;
    const [twin = -1] = text === '' ? [] : messagesWhere((output) => output.text === text);
    return rename(twin, number) ?? speaker(number);
  };

  return {
    added(number, item) {
      const kind = kindOf(item);
      const there = newest.get(number);
      const isThere = there?.kind === kind && (there.text === '' || !there.isAnnounced);
      const output = isThere ? there : begin(number, kind);
      output.isAnnounced = true;
      return output;
    },
    speaker,
    said(number, text) {
      const there = newest.get(number);
      return there?.kind === 'commentary' ? there : message(number, text);
    },
    done(number, item, text) {
      const kind = kindOf(item);
      return kind === 'message' ? message(number, text) : (known(number, kind) ?? begin(number, kind));
    },
    unheard: () => begin(mostNumber + 1, 'message'),
    messages: () =>
      outputs.filter(({ kind }) => kind === 'message').sort((one, other) => one.number - other.number),
  };
}

function kindOf(item: OutputItem): OutputKind {
  if (item.kind !== 'hidden') return 'message';
  return item.inWords ? 'commentary' : 'unseen';
}
