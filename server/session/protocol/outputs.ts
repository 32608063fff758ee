/**
 * Outputs: which item of a response an event is about, and which text it is, whatever numbers its server gives.
 *
 * By the protocol an item keeps its `output_index` and a part its `content_index`. Servers that imitate it leave the
 * numbers out, give one to reasoning and to the answer behind it, count a part for every token, or number what is done
 * otherwise than what was streamed: taken at their word, an answer would be hidden, or said twice.
 *
 * Laws
 * - Where the numbers follow the protocol, the events come out as they went in, but for texts: those of an item are one.
 * - Text belongs to a message, never to reasoning or a call that has its number. Commentary keeps its own.
 * - A whole text that says again what was streamed adds nothing to it, also where it is empty or was trimmed.
 */

import type { EventBody, OutputItem, OutputPart } from './events.ts';

export interface Outputs {
  /** The event with numbers to go by. */
  read(body: EventBody): EventBody;
}

type Kind = 'message' | 'commentary' | 'unseen';

interface Item {
  readonly number: number;
  /** `unseen` are reasoning and calls: text is none of theirs. */
  readonly kind: Kind;
  /** The server's own numbers for it. */
  readonly named: number[];
  isAnnounced: boolean;
  text: string;
  /** Its parts as the server numbers them. */
  readonly parts: Part[];
}

interface Part {
  readonly part: number;
  /** Where it begins in the text. */
  readonly start: number;
  isDone: boolean;
}

export function createOutputs(): Outputs {
  const items: Item[] = [];
  /** By the server's numbers, the newest each. */
  const newest = new Map<number, Item>();

  const used = new Set<number>();
  /** The next one to try where a number is used: else each of many with one number would try all again. */
  const free = new Map<number, number>();

  const begin = (named: number, kind: Kind): Item => {
    let number = free.get(named) ?? named;
    while (used.has(number)) number++;
    used.add(number);
    free.set(named, number + 1);
    const item: Item = { number, kind, named: [named], isAnnounced: false, text: '', parts: [] };
    items.push(item);
    newest.set(named, item);
    return item;
  };

  const named = (number: number, kind: Kind): Item | undefined =>
    items.findLast((item) => item.kind === kind && item.named.includes(number));

  const rename = (item: Item, number: number): Item => {
    item.named.push(number);
    newest.set(number, item);
    return item;
  };

  const added = (number: number, kind: Kind): Item => {
    const there = newest.get(number);
    const isThere = there?.kind === kind && (there.text === '' || !there.isAnnounced);
    const item = isThere ? there : begin(number, kind);
    item.isAnnounced = true;
    return item;
  };

  /** What text of this number is a part of. */
  const speaker = (number: number): Item => {
    const there = newest.get(number);
    if (there && there.kind !== 'unseen') return there;
    const silent = items.filter(({ kind, text }) => kind === 'message' && text === '');
    // Announced by another number; left out, it is that of the reasoning before.
    if (silent.length === 1 && silent[0]) return rename(silent[0], number);
    return begin(number, 'message');
  };

  /** The item that has been said to be done with this text. */
  const done = (number: number, text: string): Item => {
    const known = named(number, 'message');
    if (known) return known;
    const same = items.find((item) => item.kind === 'message' && item.text !== '' && item.text === text);
    return same ? rename(same, number) : speaker(number);
  };

  const delta = (body: Extract<EventBody, { kind: 'text-delta' }>): EventBody => {
    const item = speaker(body.output);
    if (item.parts.at(-1)?.part !== body.part) beginPart(item, body.part);
    item.text += body.text;
    if (item.number === body.output && body.part === 0) return body;
    return { ...body, output: item.number, part: 0 };
  };

  const textDone = (body: Extract<EventBody, { kind: 'text-done' }>): EventBody => {
    const there = newest.get(body.output);
    const item = there?.kind === 'commentary' ? there : done(body.output, body.text);
    const text = wholePart(item, body.part, body.text);
    if (text.startsWith(item.text)) {
      const part = item.parts.find((each) => each.part === body.part) ?? beginPart(item, body.part);
      part.isDone = true;
      item.text = text;
    }
    return { ...body, output: item.number, part: 0, text };
  };

  const itemDone = (body: Extract<EventBody, { kind: 'item-done' }>): EventBody => {
    const kind = kindOf(body.item);
    if (kind !== 'message') {
      return { ...body, output: (named(body.output, kind) ?? begin(body.output, kind)).number };
    }
    const item = done(body.output, textOf(body.item));
    return { ...body, output: item.number, item: wholeItem(item, body.item) };
  };

  const ended = (body: Extract<EventBody, { kind: 'ended' }>): EventBody => {
    const { output } = body.response;
    if (output === undefined) return body;
    // It may leave out what was streamed, so messages are matched in order.
    const messages = items
      .filter(({ kind }) => kind === 'message')
      .sort((one, other) => one.number - other.number);
    let next = 0;
    const whole = output.map((item) => {
      const said = item.kind === 'hidden' ? undefined : messages[next++];
      return said ? wholeItem(said, item) : item;
    });
    return { ...body, response: { ...body.response, output: whole } };
  };

  return {
    read(body) {
      switch (body.kind) {
        case 'text-delta':
          return delta(body);
        case 'text-done':
          return textDone(body);
        case 'refusal-delta':
        case 'refusal-done':
          return { ...body, output: speaker(body.output).number, part: 0 };
        case 'item-added':
          return { ...body, output: added(body.output, kindOf(body.item)).number };
        case 'item-done':
          return itemDone(body);
        case 'ended':
          return ended(body);
        case 'created':
        case 'started':
        case 'other':
        case 'error':
          return body;
        default:
          return body satisfies never;
      }
    },
  };
}

function beginPart(item: Item, part: number): Part {
  const begun: Part = { part, start: item.text.length, isDone: false };
  item.parts.push(begun);
  return begun;
}

function kindOf(item: OutputItem): Kind {
  if (item.kind !== 'hidden') return 'message';
  return item.inWords ? 'commentary' : 'unseen';
}

function textOf(item: OutputItem): string {
  if (item.kind === 'tool-text') return item.text;
  return item.kind === 'message' ? join(item.parts) : '';
}

function join(parts: readonly OutputPart[]): string {
  return parts.map(({ kind, text }) => (kind === 'text' ? text : '')).join('');
}

/** The item with its texts as one, which says at least what was streamed of it. */
function wholeItem(said: Item, item: OutputItem): OutputItem {
  if (item.kind === 'tool-text') return { ...item, text: wholeText(said.text, item.text) };
  if (item.kind !== 'message' || !item.parts.some(({ kind }) => kind === 'text')) return item;
  const text = wholeText(said.text, join(item.parts));
  return { ...item, parts: [{ kind: 'text', text }, ...item.parts.filter(({ kind }) => kind !== 'text')] };
}

/** All of an item's text, by what is said to be one part of it or all. */
function wholePart({ text: said, parts }: Item, part: number, text: string): string {
  if (text === said) return said;
  const at = parts.findIndex((each) => each.part === part);
  const start = parts[at]?.start;
  if (start === undefined) {
    const whole = wholeText(said, text);
    // A part of which nothing was streamed, behind one that is done.
    return !whole.startsWith(said) && parts.at(-1)?.isDone ? said + text : whole;
  }
  const end = parts[at + 1]?.start ?? said.length;
  const streamed = said.slice(start, end);
  return said.slice(0, start) + wholeText(streamed, text) + said.slice(end);
}

function wholeText(said: string, text: string): string {
  return text.trim() === '' || text.trim() === said.trim() ? longer(said, text) : text;
}

/** Blanks that were trimmed were said all the same. */
function longer(said: string, text: string): string {
  return text.startsWith(said) ? text : said;
}
