/** The file of `log.file`: lines are appended in order; a disk that takes none ends the file, not the server. */

import { createWriteStream, type WriteStream } from 'node:fs';
import type { Log } from '../core/log.ts';

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
      stream?.write(`${wallClock().toISOString()} ${level} ${message.replaceAll('\n', ' ')}\n`);
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
