/**
 * The file of `log.file`: lines are appended in order; a disk that takes none ends the file, not the server, and is
 * told of once for each path. A file whose name ends in `.jsonl` gets one JSON object a line.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Log, LogLevel } from '../core/log.ts';

export interface LogFile {
  readonly write: Log;
  /** `~` is the home folder, as no shell reads a setting. An empty path closes the file. */
  moveTo(path: string, complain: (sentence: string) => void): void;
  /** Settles once what was written is in the file, or lost with its disk. */
  close(): Promise<void>;
}

export interface LogFileParts {
  readonly wallClock: () => Date;
  readonly home: string;
}

export function createLogFile({ wallClock, home }: LogFileParts): LogFile {
  let path = '';
  let stream: WriteStream | undefined;
  let closed = Promise.resolve();
  return {
    write(level, message) {
      stream?.write(`${lineFor(path, { time: wallClock().toISOString(), level, message })}\n`);
    },
    moveTo(given, complain) {
      const next = /^~(?=$|[/\\])/.test(given) ? join(home, given.slice(1)) : given;
      if (next === path) return;
      path = next;
      stream?.end();
      stream = undefined;
      if (next === '') return;
      const opened = createWriteStream(next, { flags: 'a', mode: 0o600 });
      opened.on('error', (error) => {
        // Telling is logged as well, and this file takes nothing any more.
        if (stream === opened) stream = undefined;
        complain(
          `\`whittle.log.file\` cannot be written (${error.message}), so only the editor shows the log; name another file.`,
        );
      });
      stream = opened;
    },
    close() {
      const last = stream;
      path = '';
      stream = undefined;
      if (last) closed = new Promise((resolve) => last.once('close', resolve).end());
      return closed;
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
