/** The body of an answer: whole, or as the JSON values it is made of while they come. */

import type { ModelFailure } from '../../core/model.ts';
import { garbledFailure, lostFailure, silentFailure } from './failure.ts';
import type { JsonAnswer, StreamItem } from './http.ts';
import type { OpenAnswer } from './send.ts';
import { readersFor, type ValueReader } from './values.ts';

/** A stream that has said its last word gets this long to end by itself, so that its connection can be kept. */
const farewellMs = 1_000;

export async function* readStream(
  open: OpenAnswer,
  signal: AbortSignal,
): AsyncGenerator<StreamItem, void, void> {
  const { response, request, limits } = open;
  const reader = readersFor(response.headers['content-type'] ?? '');
  if (!reader) {
    open.giveUp();
    yield { kind: 'failed', failure: garbledFailure(request) };
    return;
  }
  const values: ValueReader = reader(limits.valueLength);
  let ended = false;
  try {
    for await (const chunk of chunks(open)) {
      const read = values.push(chunk);
      for (const value of read.values) {
        if (signal.aborted) return;
        yield { kind: 'value', value };
      }
      if (signal.aborted) return;
      if (read.state === 'broken') {
        yield { kind: 'failed', failure: garbledFailure(request) };
        return;
      }
      if (read.state === 'done') {
        ended = true;
        sayFarewell(open);
        return;
      }
    }
    ended = true;
    const last = values.end();
    for (const value of last.values) yield { kind: 'value', value };
    if (last.state === 'broken') yield { kind: 'failed', failure: garbledFailure(request) };
  } catch {
    if (!signal.aborted) yield { kind: 'failed', failure: open.gaveUp() ?? lostFailure(request) };
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
    return { kind: 'failed', failure: garbledFailure(request) };
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
  for await (const chunk of chunks(open)) {
    text += chunk;
    if (text.length > most) {
      open.giveUp();
      break;
    }
  }
  return text;
}

/** Decoded across chunk borders. The deadline runs only while the server is waited for. Throws where it is cut. */
async function* chunks({ response, request, limits, clock, giveUp }: OpenAnswer): AsyncGenerator<string> {
  response.setEncoding('utf8');
  const iterator: AsyncIterator<unknown> = response.iterator({ destroyOnReturn: false });
  const silent = (): ModelFailure => silentFailure(limits.idleMs, request);
  for (;;) {
    const stop = clock.after(limits.idleMs, () => giveUp(silent()));
    try {
      const { done, value } = await iterator.next();
      if (done) return;
      yield String(value);
    } finally {
      stop();
    }
  }
}

function sayFarewell({ response, clock, giveUp }: OpenAnswer): void {
  if (response.readableEnded) return;
  const cancel = clock.after(farewellMs, () => giveUp());
  response.once('close', cancel);
  response.resume();
}
