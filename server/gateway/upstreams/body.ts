/** The body of an answer: whole, or as the JSON values it is made of while they come. */

import { emptyFailure, garbledFailure, lostFailure, pageFailure, silentFailure } from './failure.ts';
import type { JsonAnswer, StreamItem } from './http.ts';
import type { Life } from './life.ts';
import type { OpenAnswer } from './send.ts';
import { createValueReader } from './values.ts';

/** A stream that has said its last word gets this long to end by itself, so that its connection can be kept. */
const farewellMs = 1_000;

export async function* readStream(open: OpenAnswer, life: Life): AsyncGenerator<StreamItem, void, void> {
  const { response, request, limits } = open;
  const values = createValueReader(response.headers['content-type'] ?? '', limits.valueLength);
  const chunks = openChunks(open);
  let ended = false;
  let isAnswer = false;
  try {
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      const read = values.push(chunk);
      isAnswer ||= read.values.length > 0 || read.state === 'done';
      for (const value of read.values) {
        if (life.ended()) return;
        yield { kind: 'value', value };
      }
      if (life.ended()) return;
      if (read.state === 'broken' || read.state === 'page') {
        const failure = read.state === 'page' ? pageFailure(request) : garbledFailure(request);
        yield { kind: 'failed', failure };
        return;
      }
      if (read.state === 'done') {
        ended = true;
        void sayFarewell(chunks, open);
        return;
      }
    }
    ended = true;
    const last = values.end();
    for (const value of last.values) yield { kind: 'value', value };
    isAnswer ||= last.values.length > 0 || last.state === 'done';
    if (last.state === 'broken') yield { kind: 'failed', failure: garbledFailure(request) };
    else if (!isAnswer) yield { kind: 'failed', failure: emptyFailure(request) };
  } catch {
    if (!life.ended()) yield { kind: 'failed', failure: open.gaveUp() ?? lostFailure(request) };
  } finally {
    if (!ended) open.giveUp();
  }
}

export async function readWhole(open: OpenAnswer): Promise<JsonAnswer> {
  const { limits, request } = open;
  let text: string;
  try {
    text = await gathered(open, limits.valueLength);
  } catch {
    return { kind: 'failed', failure: open.gaveUp() ?? lostFailure(request) };
  }
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    const isPage = text.trimStart().startsWith('<');
    return { kind: 'failed', failure: isPage ? pageFailure(request) : garbledFailure(request) };
  }
}

/** The text as far as it comes and is not longer than `most`. */
export async function readText(open: OpenAnswer, most: number): Promise<string> {
  try {
    return await gathered(open, most);
  } catch {
    return '';
  }
}

async function gathered(open: OpenAnswer, most: number): Promise<string> {
  let text = '';
  const chunks = openChunks(open);
  for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
    text += chunk;
    if (text.length > most) {
      open.giveUp();
      break;
    }
  }
  return text;
}

interface Chunks {
  /** Nothing at the end; rejects where the body is cut. */
  next(): Promise<string | undefined>;
}

/**
 * Decoded across chunk borders. The deadline runs only while the server is waited for, and what is not asked for is
 * not read. By events: the stream's own iterator costs more of every token's way.
 */
function openChunks({ body, request, limits, clock, giveUp }: OpenAnswer): Chunks {
  body.setEncoding('utf8');
  let waiting:
    | { readonly resolve: (chunk: string | undefined) => void; readonly reject: () => void }
    | undefined;
  let ready: string | undefined;
  const settle = (chunk: string | undefined): void => {
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(chunk);
  };
  body.on('data', (chunk: string) => {
    if (waiting && ready === undefined) {
      settle(chunk);
      return;
    }
    ready = (ready ?? '') + chunk;
    body.pause();
  });
  body.on('end', () => settle(undefined));
  body.on('close', () => {
    const { reject } = waiting ?? {};
    waiting = undefined;
    reject?.();
  });
  return {
    next() {
      if (ready !== undefined) {
        const chunk = ready;
        ready = undefined;
        return Promise.resolve(chunk);
      }
      if (body.readableEnded) return Promise.resolve(undefined);
      if (body.destroyed) return Promise.reject(cut);
      return new Promise<string | undefined>((resolve, reject) => {
        const stop = clock.after(limits.idleMs, () => giveUp(silentFailure(limits.idleMs, request)));
        waiting = {
          resolve(chunk) {
            stop();
            resolve(chunk);
          },
          reject() {
            stop();
            reject(cut);
          },
        };
        if (body.isPaused()) body.resume();
      });
    },
  };
}

const cut = new Error('the answer was cut');

/** Reads to the end where that comes at once; a server that goes on after its last word is left. */
async function sayFarewell(chunks: Chunks, { clock, giveUp }: OpenAnswer): Promise<void> {
  const cancel = clock.after(farewellMs, () => giveUp());
  try {
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      if (chunk.trim() !== '') giveUp();
    }
  } catch {
    // It is gone, which is all that was wanted.
  } finally {
    cancel();
  }
}
