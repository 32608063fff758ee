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
}

export function createSseReader(): SseReader {
  let rest = '';
  let data: string[] = [];
  let name: string | undefined;
  let hasBegun = false;

  function push(chunk: string): readonly SseEvent[] {
    const events: SseEvent[] = [];
    const text = rest + (hasBegun ? chunk : chunk.replace(/^\ufeff/, ''));
    hasBegun ||= chunk !== '';
    // A `\r` at the end may be half of a `\r\n`: it waits for what follows.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + text.slice(whole.length);
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) events.push({ name, data: data.join('\n') });
        data = [];
        name = undefined;
      } else if (line === 'data' || line.startsWith('data:')) data.push(fieldIn(line, 'data'));
      else if (line.startsWith('event:')) name = fieldIn(line, 'event');
      else if (line.startsWith('error:')) {
        // No field of the standard's: older llama-servers say so what went wrong.
        data.push(fieldIn(line, 'error'));
        name = 'error';
      }
    }
    return events;
  }

  return { push, end: () => push('\n\n') };
}

function fieldIn(line: string, field: string): string {
  return line.slice(field.length + 1).replace(/^ /, '');
}
