/**
 * Server-sent events, as far as this protocol uses them: the data of each event, whatever the chunks.
 *
 * Lines end at `\n`, `\r\n` or `\r`; several `data` lines of an event are joined by `\n`; an event ends at a blank
 * line; other fields and comments are left out (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */

export interface SseReader {
  /** The data of every event that ended in this chunk. */
  push(chunk: string): readonly string[];
}

export function createSseReader(): SseReader {
  let rest = '';
  let data: string[] = [];
  return {
    push(chunk) {
      const events: string[] = [];
      const text = rest + chunk;
      // A `\r` at the end may be half of a `\r\n`: it waits for what follows.
      const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
      const lines = whole.split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '') + text.slice(whole.length);
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) events.push(data.join('\n'));
          data = [];
        } else if (line === 'data' || line.startsWith('data:')) {
          data.push(line.slice(5).replace(/^ /, ''));
        }
      }
      return events;
    },
  };
}
