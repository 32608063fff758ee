/**
 * Messages over a pair of streams, framed by `Content-Length` headers as LSP's base protocol says. The LSP library
 * brings a reader and a writer of its own; these differ in what a key waits for: a message goes out in one write and
 * not in two, and one that has come is handed on at once and not some turns later. Writing to a pipe costs as much
 * time as everything else that answering from the cache does.
 *
 * Laws
 * - Messages are handed on and written in their order, however the stream is cut.
 * - What is no message (a header without a length, a body that is none of JSON-RPC) is reported, in words that repeat
 *   nothing of it, and passed over; the next header is found also where bytes of nothing stand before it.
 * - Bytes of a long message are joined once; those of a message that came whole are not copied.
 * - A stream that failed once is not written to again, and reported once: what is said of a failed write is itself
 *   written to the client, and would go round for ever.
 */

import { constants } from 'node:buffer';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-languageserver/node';
import { parseMessage } from './message.ts';

const headerEnd = '\r\n\r\n';

/** Hands on bytes, which are the listener's own only until it returns. */
export type Hear = (listener: (bytes: Buffer) => void) => void;

/** `stream` tells of errors and of the end, `hear` gives the bytes; the stream's own by default. */
export function createReader(
  stream: NodeJS.ReadableStream,
  hear: Hear = (listener) => void stream.on('data', listener),
): MessageReader {
  return new Reader(stream, hear);
}

/** `wrote` is told of each message that is on its way. */
export function createWriter(
  stream: NodeJS.WritableStream,
  wrote: () => void = () => undefined,
): MessageWriter {
  return new Writer(stream, wrote);
}

class Reader extends AbstractMessageReader implements MessageReader {
  readonly #stream: NodeJS.ReadableStream;
  readonly #hear: Hear;
  /** What is there of the next message, and how many bytes that is. */
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes there must be before it is worth looking again. */
  #wanted = 0;

  constructor(stream: NodeJS.ReadableStream, hear: Hear) {
    super();
    this.#stream = stream;
    this.#hear = hear;
  }

  listen(callback: DataCallback): Disposable {
    let isLetGo = false;
    this.#stream.on('error', (error) => this.fireError(error));
    this.#stream.on('close', () => this.fireClose());
    this.#hear((piece) => {
      if (!isLetGo) this.#read(piece, callback);
    });
    return {
      dispose() {
        isLetGo = true;
      },
    };
  }

  #read(piece: Buffer, callback: DataCallback): void {
    let bytes = piece;
    if (this.#length > 0) {
      this.#keep(piece);
      if (this.#length < this.#wanted) return;
      bytes = Buffer.concat(this.#pieces, this.#length);
      this.#pieces = [];
      this.#length = 0;
    }
    this.#wanted = 0;
    while (bytes.length > 0) {
      const end = bytes.indexOf(headerEnd);
      if (end === -1) break;
      const start = end + headerEnd.length;
      const length = contentLength(bytes.toString('latin1', 0, end));
      if (length === undefined || length > constants.MAX_STRING_LENGTH) {
        const problem =
          length === undefined ? 'has no Content-Length in its header' : 'is too long to be read';
        this.fireError(new Error(`A message ${problem}.`));
        bytes = bytes.subarray(start);
        continue;
      }
      if (bytes.length < start + length) {
        this.#wanted = start + length;
        break;
      }
      const body = bytes.toString('utf8', start, start + length);
      bytes = bytes.subarray(start + length);
      this.#hand(body, callback);
    }
    if (bytes.length > 0) this.#keep(bytes);
  }

  #keep(bytes: Buffer): void {
    this.#pieces.push(Buffer.from(bytes));
    this.#length += bytes.length;
  }

  #hand(body: string, callback: DataCallback): void {
    try {
      callback(parseMessage(body));
    } catch (error) {
      this.fireError(error);
    }
  }
}

class Writer extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: NodeJS.WritableStream;
  readonly #wrote: () => void;
  #failure: unknown;

  constructor(stream: NodeJS.WritableStream, wrote: () => void) {
    super();
    this.#stream = stream;
    this.#wrote = wrote;
    stream.on('error', (error) => this.#fail(error));
    stream.on('close', () => {
      this.#failure ??= new Error('The stream to the client is closed.');
      this.fireClose();
    });
  }

  write(message: Message): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const body = JSON.stringify(message);
      const framed = `Content-Length: ${Buffer.byteLength(body)}${headerEnd}${body}`;
      this.#stream.write(framed, 'utf8', (error) => {
        if (!error) return resolve();
        this.#fail(error);
        reject(error);
      });
      this.#wrote();
    });
  }

  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = error;
    this.fireError(error);
    // Standard output fails without being closed.
    this.fireClose();
  }

  end(): void {
    this.#stream.end();
  }
}

function contentLength(header: string): number | undefined {
  const digits = /content-length:[ \t]*(\d+)[ \t]*$/im.exec(header)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
