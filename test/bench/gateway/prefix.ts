/**
 * How many tokens of a prompt the real llama-server reads for each request while a piece of code is typed, by its own
 * account, in several arrangements of the same text. The model is tiny and has one token per byte; what is counted
 * does not depend on the model, only on which tokens stand where they stood before.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { CompleteAsk, EditAsk } from '../../../server/core/ask.ts';
import { type FimFormat, fimFormats } from '../../../server/core/prompt/fim/format.ts';
import { commentOf, renderFim } from '../../../server/core/prompt/fim/render.ts';
import { type FimWindow, fimWindow } from '../../../server/core/prompt/fim/window.ts';
import type { Backend } from '../../../server/gateway/backend.ts';
import { createUpstreamBackend } from '../../../server/gateway/upstreams/backend.ts';
import { createDiscovery } from '../../../server/gateway/upstreams/discovery.ts';
import { systemClock } from '../../support/clock.ts';
import { type RealLlama, startRealLlama } from '../../support/llama.ts';
import { median, type Print, quantile, row } from '../statistics.ts';

/** What is typed into which file, in bites that an editor would ask after. */
const source = 'server/core/edit.ts';
const typedLines = 12;
const keysPerAsk = 3;
/** Room of the window in code units, the same for all: `/infill` takes no more of a model with a token per byte. */
const room = 2_000;
const mostBegun = 600;
const model = { otherwise: 'left + right;\n', name: 'Qwen2.5 Coder Tiny' };

interface Step {
  readonly text: string;
  readonly cursor: number;
}

/** Tokens read and tokens of the whole prompt, for each request. */
interface Reading {
  readonly read: number;
  readonly prompt: number;
}

export async function benchPrefix(root: string, print: Print): Promise<void> {
  print('prompt tokens that llama-server reads per request while code is typed (one token per byte)');
  const found = spawnSync('bash', [join(root, 'test/e2e/install.sh'), 'llama'], { encoding: 'utf8' });
  if (found.status !== 0) {
    print(`  !!! NOT RUN: ${found.stderr.trim().split('\n').at(-1)}`);
    return;
  }
  const program = found.stdout.trim();
  const steps = typing(readFileSync(join(root, source), 'utf8'));
  print(`  ${steps.length} requests, ${keysPerAsk} keys apart, window of ${room} code units`);
  // Each on a server of its own: it keeps prompts also beside its slots.
  const measure = async (
    what: string,
    run: (llama: RealLlama) => Promise<readonly Reading[]>,
    flags = plain,
  ) => {
    const llama = await startRealLlama(program, model, flags);
    try {
      show(print, what, await run(llama));
    } finally {
      await llama.close();
    }
  };
  const asks = steps.map(completeAsk);
  await measure('nothing kept', (llama) => typed(llama, steps, { arrangement: sliding, cache: false }));
  await measure('/infill, so many characters around each cursor', (llama) =>
    typed(llama, steps, { arrangement: sliding, cache: true }),
  );
  await measure(
    'the same with --cache-reuse 64',
    (llama) => typed(llama, steps, { arrangement: sliding, cache: true }),
    reusing,
  );
  await measure(
    '/infill, steady window',
    (llama) => typed(llama, steps, { arrangement: steadyInfill(), cache: true }),
    reusing,
  );
  await measure(
    'suffix first, steady window',
    (llama) => typed(llama, steps, { arrangement: suffixFirst(), cache: true }),
    reusing,
  );
  await measure('Whittle', (llama) => withBackend(llama, (backend) => asked(backend, asks)));
  await measure('Whittle, every 4th request abandoned', (llama) =>
    withBackend(llama, (backend) => abandoning(backend, asks)),
  );
  await measure('Whittle, warmed before the first', (llama) =>
    withBackend(llama, async (backend) => {
      const [first] = asks;
      if (first) await backend.warm?.(first, new AbortController().signal);
      return asked(backend, asks);
    }),
  );
  await measure('Whittle, instructed edits between keys', (llama) =>
    withBackend(llama, (backend) => asked(backend, steps.filter((_, i) => i % 20 === 0).map(editAsk))),
  );
}

/** As a user starts it. */
const plain = ['--ctx-size', '16384', '--no-webui', '--offline'];
const reusing = [...plain, '--cache-reuse', '64'];

function show(print: Print, what: string, readings: readonly Reading[]): void {
  const [cold, ...forks] = readings;
  const read = forks.map((each) => each.read);
  const sum = read.reduce((total, each) => total + each, 0);
  const prompts = forks.reduce((total, { prompt }) => total + prompt, 0);
  row(
    print,
    what,
    `${(sum / forks.length).toFixed(1)} mean, ${median(read)} median, ${quantile(read, 0.99)} p99`,
    `${((100 * sum) / prompts).toFixed(1)} % of prompts; the first ${cold?.read}`,
  );
}

async function withBackend<T>(llama: RealLlama, run: (backend: Backend) => Promise<T>): Promise<T> {
  const { url, http } = llama;
  const clock = systemClock();
  const backend = createUpstreamBackend({
    model: { url, name: '', headers: {}, format: 'auto' },
    http,
    discovery: createDiscovery(http, clock),
    clock,
    log: () => undefined,
  });
  try {
    return await run(backend);
  } finally {
    await backend.dispose();
  }
}

/** The file without some lines of its middle, which are then typed. */
function typing(file: string): readonly Step[] {
  const lines = file.split('\n');
  const from = Math.floor((lines.length - typedLines) / 2);
  const before = `${lines.slice(0, from).join('\n')}\n`;
  const piece = `${lines.slice(from, from + typedLines).join('\n')}\n`;
  const behind = lines.slice(from + typedLines).join('\n');
  const count = Math.ceil(piece.length / keysPerAsk);
  return Array.from({ length: count }, (_, i) => {
    const written = piece.slice(0, (i + 1) * keysPerAsk);
    return { text: before + written + behind, cursor: before.length + written.length };
  });
}

type Arrangement = (step: Step) => { readonly path: '/infill' | '/completion'; readonly body: object };

/** As plug-ins do that cut so many characters before and behind the cursor. */
const sliding: Arrangement = ({ text, cursor }) => ({
  path: '/infill',
  body: {
    input_prefix: text.slice(Math.max(0, cursor - (room * 3) / 4), cursor),
    input_suffix: text.slice(cursor, cursor + room / 4),
  },
});

function windows(): (step: Step) => FimWindow {
  let last: FimWindow | undefined;
  return ({ text, cursor }) => {
    last = fimWindow({ text, cursor, room, mostBegun }, last);
    return last;
  };
}

function steadyInfill(): Arrangement {
  const next = windows();
  return (step) => {
    const { head, begun, tail } = next(step);
    return { path: '/infill', body: { input_prefix: head, prompt: begun, input_suffix: tail } };
  };
}

function suffixFirst(): Arrangement {
  const next = windows();
  return (step) => raw(next(step), { ...fimFormats.qwen, order: 'suffix-first' });
}

function raw(window: Pick<FimWindow, 'head' | 'begun' | 'tail'>, format: FimFormat): ReturnType<Arrangement> {
  const parts = { path: source, comment: commentOf('typescript'), context: [], window };
  return { path: '/completion', body: { prompt: renderFim(parts, format).text } };
}

async function typed(
  llama: RealLlama,
  steps: readonly Step[],
  { arrangement, cache }: { readonly arrangement: Arrangement; readonly cache: boolean },
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const step of steps) {
    const { path, body } = arrangement(step);
    const answer = await llama.post(path, { ...body, n_predict: 4, cache_prompt: cache, id_slot: 0 });
    const { prompt_n, cache_n } = timed.parse(answer).timings;
    readings.push({ read: prompt_n, prompt: prompt_n + cache_n });
  }
  return readings;
}

const timed = z.object({ timings: z.object({ prompt_n: z.number(), cache_n: z.number() }) });

async function asked(
  backend: Backend,
  asks: readonly (CompleteAsk | EditAsk)[],
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const ask of asks) {
    for await (const event of backend.answer(ask, new AbortController().signal)) {
      if (event.kind === 'failed') throw new Error(event.failure.message);
      if (event.kind !== 'end' || !event.usage) continue;
      const { inputTokens, cachedTokens } = event.usage;
      readings.push({ read: inputTokens - cachedTokens, prompt: inputTokens });
    }
  }
  return readings;
}

/** Every fourth request is given up at its first text; what the others read is counted. */
async function abandoning(backend: Backend, asks: readonly CompleteAsk[]): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const [i, ask] of asks.entries()) {
    if (i % 4 !== 3) {
      readings.push(...(await asked(backend, [ask])));
      continue;
    }
    const stop = new AbortController();
    for await (const event of backend.answer(ask, stop.signal)) if (event.kind === 'text') stop.abort();
  }
  return readings;
}

const context = {
  history: [],
  snippets: [],
  diagnostics: [],
  contextTokens: Math.ceil((room + 64) / 3),
  maxOutputTokens: 64,
};

function completeAsk({ text, cursor }: Step): CompleteAsk {
  return { ...context, task: 'complete', document: documentOf(text), cursor, maxLines: 20, candidates: 1 };
}

function editAsk({ text, cursor }: Step): EditAsk {
  const region = { start: text.lastIndexOf('\n', cursor - 1) + 1, end: cursor };
  return {
    ...context,
    contextTokens: 4096,
    task: 'edit',
    document: documentOf(text),
    region,
    instruction: 'say what this does in a comment',
  };
}

function documentOf(text: string): CompleteAsk['document'] {
  return { uri: 'file:///edit.ts', path: source, languageId: 'typescript', version: 1, text };
}
