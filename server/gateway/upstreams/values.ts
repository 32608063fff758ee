/** JSON values in a stream of text, by the framing that its content type names; pure, whatever the chunks. */

import { serverFrame } from '../../session/protocol/frame.ts';
import { createSseReader, type SseEvent } from '../../session/protocol/sse.ts';

export interface ValuesRead {
  readonly values: readonly unknown[];
  /** `done`: the stream said that it is over. `broken`: what came is no stream of values. */
  readonly state: 'more' | 'done' | 'broken';
}

export interface ValueReader {
  push(chunk: string): ValuesRead;
  /** Nothing more comes. */
  end(): ValuesRead;
}

/** Nothing for a page. */
export function readersFor(contentType: string): ((longest: number) => ValueReader) | undefined {
  if (/html|xml/i.test(contentType)) return undefined;
  if (/ndjson|jsonl/i.test(contentType)) return lineReader;
  return /application\/json/i.test(contentType) ? wholeReader : eventReader;
}

/** Server-sent events. */
function eventReader(longest: number): ValueReader {
  const sse = createSseReader();
  return {
    push: (chunk) => parseAll(sse.push(chunk), sse.pending() > longest),
    end: () => parseAll(sse.end(), false),
  };
}

/** One JSON on each line. */
function lineReader(longest: number): ValueReader {
  let rest = '';
  return {
    push(chunk) {
      const at = chunk.lastIndexOf('\n');
      if (at === -1) {
        rest += chunk;
        return { values: [], state: rest.length > longest ? 'broken' : 'more' };
      }
      const whole = rest + chunk.slice(0, at);
      rest = chunk.slice(at + 1);
      return parseAll(dataOf(whole.split('\n')), false);
    },
    end: () => parseAll(dataOf([rest]), false),
  };
}

/** The answer of a server that does not stream. */
function wholeReader(longest: number): ValueReader {
  let text = '';
  return {
    push(chunk) {
      text += chunk;
      return { values: [], state: text.length > longest ? 'broken' : 'more' };
    },
    end() {
      return parseAll(dataOf([text]), false);
    },
  };
}

function dataOf(texts: readonly string[]): readonly SseEvent[] {
  return texts.map((data) => ({ name: undefined, data }));
}

function parseAll(events: readonly SseEvent[], tooLong: boolean): ValuesRead {
  const values: unknown[] = [];
  for (const { name, data } of events) {
    const trimmed = data.trim();
    if (trimmed === '') continue;
    if (trimmed === '[DONE]') return { values, state: 'done' };
    try {
      const value: unknown = JSON.parse(trimmed);
      values.push(name === undefined ? value : (serverFrame(value, name) ?? value));
    } catch {
      return { values, state: 'broken' };
    }
  }
  return { values, state: tooLong ? 'broken' : 'more' };
}
