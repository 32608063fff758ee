/** JSON values in a stream of text, by the framing that it has; pure, whatever the chunks. */

import { serverFrame } from '../../session/protocol/frame.ts';
import { createSseReader, type SseEvent } from '../../session/protocol/sse.ts';

export interface ValuesRead {
  readonly values: readonly unknown[];
  /** `done`: the stream said that it is over. `broken`: what came is no stream of values; a `page` is none either. */
  readonly state: 'more' | 'done' | 'broken' | 'page';
}

export interface ValueReader {
  push(chunk: string): ValuesRead;
  /** Nothing more comes. */
  end(): ValuesRead;
}

/**
 * What an answer is shows in how it begins, not in its content type: proxies leave that out, or call a stream JSON. Only
 * of what begins with `{` the type tells whether it is one JSON or one on each line.
 */
export function createValueReader(contentType: string, longest: number): ValueReader {
  let begun = '';
  let reader: ValueReader | undefined;
  return {
    push(chunk) {
      if (reader) return reader.push(chunk);
      // Blanks that keep a connection open say nothing, and may be many.
      begun = (begun + chunk).replace(/^[\s\ufeff]+/, '');
      if (begun === '') return { values: [], state: 'more' };
      if (begun.startsWith('<')) return { values: [], state: 'page' };
      const isJson = begun.startsWith('{') || begun.startsWith('[');
      const create = !isJson ? eventReader : /ndjson|jsonl/i.test(contentType) ? lineReader : wholeReader;
      reader = create(longest);
      return reader.push(begun);
    },
    end: () => reader?.end() ?? { values: [], state: 'more' },
  };
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

/** The answer of a server that does not stream, or whose lines somebody on the way called something else. */
function wholeReader(longest: number): ValueReader {
  let text = '';
  return {
    push(chunk) {
      text += chunk;
      return { values: [], state: text.length > longest ? 'broken' : 'more' };
    },
    end() {
      const whole = parseAll(dataOf([text]), false);
      return whole.state === 'broken' ? parseAll(dataOf(text.split('\n')), false) : whole;
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
