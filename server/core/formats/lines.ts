/** Lines of a stream: chunks in, whole lines out, cut as the stream wrote them (`\n` or `\r\n`). */

export interface LineReader {
  push(chunk: string): readonly string[];
  /** What was read of the line that has not ended. */
  rest(): string;
  /** The last line, where the stream did not end with a terminator. */
  finish(): readonly string[];
}

export function lineReader(): LineReader {
  let rest = '';
  return {
    push(chunk) {
      if (!chunk.includes('\n')) {
        rest += chunk;
        return [];
      }
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      return lines.map(withoutCr);
    },
    rest: () => rest,
    finish() {
      const last = rest;
      rest = '';
      return last === '' ? [] : [withoutCr(last)];
    },
  };
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
