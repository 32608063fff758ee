/**
 * Server-sent events, as far as this protocol uses them: name and data of each event, whatever the chunks.
 *
 * Lines end at `\n`, `\r\n` or `\r`; several `data` lines of an event are joined by `\n`; an event ends at a blank
 * line; other fields, comments and a byte order mark are left out
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */

export interface SseEvent {
  /** Of its `event` line. */
  readonly name: string | undefined;
  readonly data: string;
}

export interface SseReader {
  /** Every event that ended in this chunk. */
  push(chunk: string): readonly SseEvent[];
  /** Nothing more comes. Unlike in a browser, a last event without its blank line is one: some servers end so. */
  end(): readonly SseEvent[];
  /** What is kept of an event that has not ended, in UTF-16 code units: who reads a stream decides how much that may be. */
  pending(): number;
}

export function createSseReader(): SseReader {
  /** Of a line. */
  let rest = '';
  /** A `\r` at the end may be half of a `\r\n`: it waits for what follows. */
  let half = '';
  let data: string[] = [];
  let dataLength = 0;
  let name: string | undefined;
  let hasBegun = false;

  function push(chunk: string): readonly SseEvent[] {
    const events: SseEvent[] = [];
    const text = half + (hasBegun ? chunk : chunk.replace(/^\ufeff/, ''));
    hasBegun ||= chunk !== '';
    half = text.endsWith('\r') ? '\r' : '';
    // What came before is not looked at again: a long line comes in many chunks.
    const [first = '', ...others] = text.slice(0, text.length - half.length).split(/\r\n|\n|\r/);
    rest += first;
    for (const next of others) {
      read(rest, events);
      rest = next;
    }
    return events;
  }

  function read(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (data.length > 0) events.push({ name, data: data.join('\n') });
      data = [];
      dataLength = 0;
      name = undefined;
    } else if (line === 'data' || line.startsWith('data:')) {
      data.push(fieldIn(line, 'data'));
      dataLength += line.length;
    } else if (line.startsWith('event:')) name = fieldIn(line, 'event');
    else if (line.startsWith('error:')) {
      // No field of the standard's: older llama-servers say so what went wrong.
      data.push(fieldIn(line, 'error'));
      dataLength += line.length;
      name = 'error';
    }
  }

  return { push, end: () => push('\n\n'), pending: () => rest.length + dataLength };
}

function fieldIn(line: string, field: string): string {
  return line.slice(field.length + 1).replace(/^ /, '');
}
