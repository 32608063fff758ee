/**
 * Frames of a WebSocket client (RFC 6455, section 5.2).
 *
 * Laws
 * - A frame is one buffer, so that it goes out in one write: final, masked, its length in as few bytes as it takes.
 * - A text is encoded where it is sent from, and masked there. Half a surrogate pair goes out as U+FFFD.
 * - The key is the caller's; who chooses it so that nobody can tell it beforehand keeps the promise of section 10.3.
 */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Payload of a ping, pong or close frame at the most, in bytes (section 5.5). */
export const maxControlBytes = 125;

const final = 0x80;
const masked = 0x80;
const keyBytes = 4;

/** A whole message. `key`: 32 bits, of which the highest byte comes first in the frame. */
export function textFrame(text: string, key: number): Buffer {
  const length = Buffer.byteLength(text);
  const frame = openFrame(opcodes.text, length, key);
  const at = frame.length - length;
  // As many bytes as UTF-16 units: it is ASCII, which is copied faster than it is encoded.
  frame.write(text, at, length === text.length ? 'latin1' : 'utf8');
  mask(frame, at);
  return frame;
}

/** The payload is copied; it has `maxControlBytes` at the most. */
export function controlFrame(kind: 'close' | 'ping' | 'pong', payload: Uint8Array, key: number): Buffer {
  const frame = openFrame(opcodes[kind], payload.length, key);
  const at = frame.length - payload.length;
  frame.set(payload, at);
  mask(frame, at);
  return frame;
}

/** What a close frame says with a code and no reason (section 5.5.1). */
export function closePayload(code: number): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff);
}

/** Masks all that lies from `at` on with the four bytes before it, in place (section 5.3); once more takes it off. */
export function mask(frame: Buffer, at: number): void {
  let next = at;
  const keyAt = frame.byteOffset + at - keyBytes;
  if (keyAt % 4 === 0) {
    // Key and payload in words of the machine: which byte of a word comes first is the same for both.
    const count = (frame.length - at) >>> 2;
    const words = new Int32Array(frame.buffer, keyAt, 1 + count);
    const key = words[0] as number;
    for (let i = 1; i <= count; i++) words[i] = (words[i] as number) ^ key;
    next += 4 * count;
  }
  for (; next < frame.length; next++) {
    frame[next] = (frame[next] as number) ^ (frame[at - keyBytes + ((next - at) % keyBytes)] as number);
  }
}

/** A frame with its header and key, and room for the payload at its end. */
function openFrame(opcode: number, length: number, key: number): Buffer {
  const keyAt = length > 0xffff ? 10 : length > 125 ? 4 : 2;
  // What is left free before it puts key and payload at a multiple of four, as Node does with buffers themselves.
  const spare = -keyAt & 3;
  const room = Buffer.allocUnsafe(spare + keyAt + keyBytes + length);
  const frame = spare === 0 ? room : room.subarray(spare);
  frame[0] = final | opcode;
  if (keyAt === 10) {
    frame[1] = masked | 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  } else if (keyAt === 4) {
    frame[1] = masked | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = masked | length;
  }
  frame.writeInt32BE(key | 0, keyAt);
  return frame;
}
