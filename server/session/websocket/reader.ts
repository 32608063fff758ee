/**
 * Reads what a WebSocket server sends (RFC 6455, sections 5 and 7.1), as bytes come in.
 *
 * Laws
 * - What is heard does not depend on where the bytes are cut. It is heard in order, as soon as its last byte is there.
 * - A close frame or a violation ends the reading, as does `stop`: nothing is heard after it, also of the same bytes.
 * - No bytes throw. Work and memory are linear in what has come: a length that is only announced reserves nothing.
 * - A message whose bytes are no UTF-8 is lost and the reading goes on, unlike section 8.1: what else runs there is
 *   worth more. What is text in a binary message is text: some servers send all their events so.
 */

import { isUtf8 } from 'node:buffer';
import { noCode } from '../protocol/close-codes.ts';
import { maxControlBytes, opcodes } from './frame.ts';
import { createGathering } from './gathering.ts';
import { isCloseCode, isFrameStart, type Violation } from './violation.ts';

export interface FrameHandlers {
  message(text: string): void;
  /** A message that is no text, whatever it says of itself. */
  binary(): void;
  /** The payload is the caller's own only until it returns. */
  ping(payload: Buffer): void;
  pong(): void;
  /** 1005 where the frame gave no code (section 7.1.5). */
  closed(code: number, reason: string): void;
  violated(violation: Violation): void;
}

export interface FrameReader {
  read(chunk: Buffer): void;
  stop(): void;
}

/** Frames of one message; more of them are no sign of good will. */
const maxFragments = 16 * 1024;

/** Two bytes, and eight more where the length takes them. */
const longestHeader = 10;

export function createFrameReader(handlers: FrameHandlers, maxMessageBytes: number): FrameReader {
  let stopped = false;

  /** A header whose rest has not come. */
  const header = Buffer.alloc(longestHeader);
  let headerLength = 0;

  let inFrame = false;
  let opcode = 0;
  let isFinal = false;
  /** Bytes of the frame's payload that have not come. */
  let missing = 0;

  /** Frames so far of a message that comes in several. */
  let fragments = 0;
  const message = createGathering();
  const control = Buffer.alloc(maxControlBytes);
  let controlLength = 0;

  /** Reads on from `at`; what it returns is where it came to. */
  function readHeader(chunk: Buffer, at: number): number {
    const whole = at + headerSize(chunk, at);
    if (headerLength === 0 && whole <= chunk.length) {
      return openFrame(chunk, at) ? readPayload(chunk, whole) : whole;
    }
    let next = at;
    while (next < chunk.length) {
      header[headerLength++] = chunk[next++] as number;
      if (headerLength < 2 || headerLength < headerSize(header, 0)) continue;
      headerLength = 0;
      return openFrame(header, 0) ? readPayload(chunk, next) : next;
    }
    return next;
  }

  /** `bytes` hold a whole header at `at`. False where it is none. */
  function openFrame(bytes: Buffer, at: number): boolean {
    const first = bytes[at] as number;
    const within = fragments > 0 ? 'message' : 'nothing';
    if (!isFrameStart(first, bytes[at + 1] as number, within)) return violate('protocol');
    opcode = first & 0x0f;
    isFinal = first >= 0x80;
    missing = payloadLength(bytes, at);
    inFrame = true;
    if (opcode >= opcodes.close) return true;
    if (message.length() + missing > maxMessageBytes) return violate('too long');
    if (!isFinal || fragments > 0) fragments++;
    return fragments <= maxFragments || violate('too many fragments');
  }

  function readPayload(chunk: Buffer, at: number): number {
    const end = Math.min(at + missing, chunk.length);
    missing -= end - at;
    inFrame = missing > 0;
    if (opcode >= opcodes.close) readControl(chunk, at, end);
    else if (isFinal && !inFrame && message.length() === 0) {
      // Most of what ever comes: all of a message is here.
      fragments = 0;
      tell(chunk, at, end);
    } else {
      message.add(chunk, at, end, isFinal ? missing : Number.POSITIVE_INFINITY);
      if (isFinal && !inFrame) {
        fragments = 0;
        const whole = message.take();
        tell(whole, 0, whole.length);
      }
    }
    return end;
  }

  function tell(bytes: Buffer, from: number, to: number): void {
    const text = bytes.toString('utf8', from, to);
    // U+FFFD is what stands for bytes that are no UTF-8, and may have been sent.
    if (text.includes('\ufffd') && !isUtf8(bytes.subarray(from, to))) handlers.binary();
    else handlers.message(text);
  }

  function readControl(chunk: Buffer, at: number, end: number): void {
    controlLength += chunk.copy(control, controlLength, at, end);
    if (inFrame) return;
    const payload = control.subarray(0, controlLength);
    controlLength = 0;
    if (opcode === opcodes.ping) handlers.ping(payload);
    else if (opcode === opcodes.pong) handlers.pong();
    else readClose(payload);
  }

  function readClose(payload: Buffer): void {
    const code = payload.length === 0 ? noCode : payload.readUInt16BE(0);
    if (payload.length > 0 && !isCloseCode(code)) {
      violate('protocol');
      return;
    }
    stopped = true;
    handlers.closed(code, payload.toString('utf8', 2));
  }

  function violate(violation: Violation): false {
    stopped = true;
    handlers.violated(violation);
    return false;
  }

  return {
    read(chunk) {
      let at = 0;
      while (at < chunk.length && !stopped) at = inFrame ? readPayload(chunk, at) : readHeader(chunk, at);
    },
    stop() {
      stopped = true;
    },
  };
}

/** Of the header at `at`, in bytes; as far as it can be told where not both of its first bytes are there. */
function headerSize(bytes: Buffer, at: number): number {
  const length = at + 1 < bytes.length ? (bytes[at + 1] as number) & 0x7f : 0;
  return length === 127 ? longestHeader : length === 126 ? 4 : 2;
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] as number) & 0x7f;
  if (length < 126) return length;
  if (length === 126) return bytes.readUInt16BE(at + 2);
  // Larger than any limit long before it is no longer exact.
  return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
}
