/** Frames as RFC 6455, section 5.2, draws them, byte by byte: what our own are held against. */

export interface PlainFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Whether a message ends with it; true by default. */
  readonly final?: boolean;
}

/** What a server sends. */
export function serverFrame({ opcode, payload, final = true }: PlainFrame): Buffer {
  const { length } = payload;
  const extended = length > 65_535 ? 8 : length > 125 ? 2 : 0;
  const header = [(final ? 0x80 : 0) | opcode, extended === 8 ? 127 : extended === 2 ? 126 : length];
  for (let i = extended - 1; i >= 0; i--) header.push(Math.floor(length / 256 ** i) % 256);
  return Buffer.concat([Buffer.from(header), payload]);
}

/** The frames of a client that these bytes hold, all of them and nothing else. */
export function clientFrames(bytes: Buffer): readonly Required<PlainFrame>[] {
  const frames: Required<PlainFrame>[] = [];
  let at = 0;
  const next = (count: number): number[] => {
    const taken = [...bytes.subarray(at, at + count)];
    if (taken.length < count) throw new Error(`${count} bytes at ${at} are not there`);
    at += count;
    return taken;
  };
  const number = (digits: readonly number[]): number => digits.reduce((sum, digit) => sum * 256 + digit, 0);
  while (at < bytes.length) {
    const [first = 0, second = 0] = next(2);
    if (second < 128) throw new Error('a frame is not masked');
    const short = second - 128;
    const length = short === 127 ? number(next(8)) : short === 126 ? number(next(2)) : short;
    if (length < (short === 127 ? 65_536 : short === 126 ? 126 : 0)) throw new Error('a length is too long');
    const key = next(4);
    const payload = Buffer.from(next(length).map((byte, i) => byte ^ Number(key[i % 4])));
    frames.push({ opcode: first % 16, final: first >= 128, payload });
  }
  return frames;
}
