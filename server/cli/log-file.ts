/**
 * The file of `log.file`: lines are appended in order; a disk that takes none ends the file, not the server. A file whose
 * name ends in `.jsonl` gets one JSON object a line.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import type { Log, LogLevel } from '../core/log.ts';

export interface LogFile {
  readonly write: Log;
  /** An empty path closes the file. */
  moveTo(path: string): void;
}

export function createLogFile(wallClock: () => Date, complain: (sentence: string) => void): LogFile {
  let path = '';
  let stream: WriteStream | undefined;
  return {
    write(level, message) {
      stream?.write(`${lineFor(path, { time: wallClock().toISOString(), level, message })}\n`);
    },
    moveTo(next) {
      if (next === path) return;
      path = next;
      stream?.end();
      stream = undefined;
      if (next === '') return;
      const opened = createWriteStream(next, { flags: 'a', mode: 0o600 });
      opened.on('error', (error) => {
        complain(
          `The log file ${next} cannot be written (${error.message}); logging goes on in the editor alone.`,
        );
        if (stream === opened) stream = undefined;
      });
      stream = opened;
    },
  };
}

/** What a line that holds a step of a trace begins with, before its JSON. */
export const wireMark = 'wire ';

interface Line {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
}

function lineFor(path: string, { time, level, message }: Line): string {
  if (!path.endsWith('.jsonl')) return `${time} ${level} ${message.replaceAll('\n', ' ')}`;
  const { length } = wireMark;
  // It is one line of JSON already.
  return message.startsWith(wireMark)
    ? `{"time":"${time}","level":"${level}","wire":${message.slice(length)}}`
    : JSON.stringify({ time, level, message });
}
