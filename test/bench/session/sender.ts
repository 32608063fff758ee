/**
 * How one end of a connection lets its bytes go: at once, as if there were no congestion control, or as TCP does.
 *
 * As TCP: segments of 1,460 bytes, ten of them before the first acknowledgement (RFC 6928), one more for each one that
 * is acknowledged while more than half of the window is used, as Linux counts it (slow start, RFC 5681 §3.1: it doubles
 * with every round trip; nothing is ever lost here, so it never ends). A sender that was idle for longer than its retransmission timeout
 * starts again from the initial window (RFC 5681 §4.1); as Linux does it (`tcp_slow_start_after_idle`, on by default;
 * `tcp_cwnd_restart`), the window is halved for each timeout that passed. The timeout is the round trip and the 200 ms
 * that Linux adds at least (`TCP_RTO_MIN`; RFC 6298 would have it a second).
 *
 * It favours nobody: each acknowledgement comes at once, none is delayed, and the receiver has room for everything.
 */

export type Sending = 'at once' | 'as TCP';

export interface Sender {
  /** Nothing: the end. */
  push(bytes: Buffer | undefined, at: number): void;
}

export interface SenderOptions {
  readonly sending: Sending;
  readonly roundTripMs: number;
  /** It leaves at this time, in order. */
  readonly leave: (bytes: Buffer | undefined, at: number) => void;
  /** Calls back at this time. */
  readonly when: (at: number, then: () => void) => void;
}

const segmentBytes = 1_460;
const initialWindow = 10;
const leastTimeoutMs = 200;

export function createSender(options: SenderOptions): Sender {
  return options.sending === 'at once' ? { push: options.leave } : createWindowed(options);
}

function createWindowed({ roundTripMs, leave, when }: SenderOptions): Sender {
  const timeoutMs = roundTripMs + leastTimeoutMs;
  const waiting: (Buffer | undefined)[] = [];
  /** In segments. */
  let window = initialWindow;
  let underWay = 0;
  let lastSentAt = Number.NEGATIVE_INFINITY;

  const restart = (at: number): void => {
    for (let idle = at - lastSentAt - timeoutMs; idle > 0 && window > initialWindow; idle -= timeoutMs)
      window = Math.max(initialWindow, Math.floor(window / 2));
  };
  const acknowledged = (segments: number, wasUsed: boolean, at: number): void => {
    underWay -= segments;
    // A window of which less than half was used says nothing of what the network can carry.
    if (wasUsed) window += segments;
    flush(at);
  };
  const flush = (at: number): void => {
    if (underWay === 0) restart(at);
    let segments = 0;
    while (waiting.length > 0 && underWay + segments < window) {
      const next = waiting[0];
      const piece = next?.subarray(0, segmentBytes);
      if (next && piece && piece.length < next.length) waiting[0] = next.subarray(segmentBytes);
      else waiting.shift();
      leave(piece, at);
      if (piece) segments++;
    }
    if (segments === 0) return;
    underWay += segments;
    lastSentAt = at;
    const wasUsed = waiting.length > 0 || window < 2 * underWay;
    when(at + roundTripMs, () => acknowledged(segments, wasUsed, at + roundTripMs));
  };

  return {
    push(bytes, at) {
      const last = waiting.at(-1);
      // What waits fills segments, however small the writes it came in.
      if (last && bytes) waiting[waiting.length - 1] = Buffer.concat([last, bytes]);
      else waiting.push(bytes);
      flush(at);
    },
  };
}
