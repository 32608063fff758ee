/**
 * The base protocol of LSP, strict: headers, a blank line, exactly `Content-Length` bytes of UTF-8 JSON. Written apart
 * from the library the server uses, so that a mistake there is seen here.
 */

import type { Readable } from 'node:stream';

export interface FrameListener {
  message(value: unknown): void;
  /** Bytes that are no frame: the stream cannot be read any further. */
  broken(reason: string): void;
  ended(): void;
}

export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'ascii'), body]);
}

export function readFrames(input: Readable, listener: FrameListener): void {
  let chunks: Buffer[] = [];
  let held = 0;
  let needed = 0; // bytes below which looking again is useless
  let broken = false;
  input.on('data', (chunk: Buffer | string) => {
    if (broken) return;
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    held += chunks.at(-1)?.length ?? 0;
    if (held < needed) return;
    let bytes = Buffer.concat(chunks);
    for (;;) {
      const parsed = parse(bytes);
      if (parsed.kind === 'broken') {
        broken = true;
        listener.broken(`${parsed.reason}: ${JSON.stringify(bytes.toString('utf8', 0, 200))}`);
        return;
      }
      if (parsed.kind === 'more') {
        needed = parsed.needed;
        break;
      }
      bytes = bytes.subarray(parsed.end);
      listener.message(parsed.value);
    }
    chunks = [bytes];
    held = bytes.length;
  });
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    if (!broken && held > 0) listener.broken('the stream ended inside a message');
    listener.ended();
  };
  input.on('end', end);
  input.on('close', end);
  input.on('error', end);
}

type Parsed =
  | { readonly kind: 'message'; readonly value: unknown; readonly end: number }
  | { readonly kind: 'more'; readonly needed: number }
  | { readonly kind: 'broken'; readonly reason: string };

function parse(bytes: Buffer): Parsed {
  const blank = bytes.indexOf('\r\n\r\n');
  if (blank === -1) {
    const possible = 'Content-'.slice(0, bytes.length);
    if (bytes.toString('ascii', 0, possible.length) !== possible) {
      return { kind: 'broken', reason: 'text that is no LSP message on standard output' };
    }
    return { kind: 'more', needed: bytes.length + 1 };
  }
  const length = /^Content-Length: (\d+)$/m.exec(bytes.toString('ascii', 0, blank).replaceAll('\r', ''));
  if (!length) return { kind: 'broken', reason: 'a header without Content-Length' };
  const start = blank + 4;
  const end = start + Number(length[1]);
  if (bytes.length < end) return { kind: 'more', needed: end };
  try {
    return { kind: 'message', value: JSON.parse(bytes.toString('utf8', start, end)), end };
  } catch {
    return { kind: 'broken', reason: 'a body that is no JSON' };
  }
}
