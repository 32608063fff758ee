/**
 * What one ask costs our own code: thousands of them over a connection in memory, without sockets, network, model or
 * waiting. Beside it the same work done by hand, as a client would that knows one peer and survives nothing: put the
 * fork in words, write the frame, read the answer's frames.
 */

import { machineClock } from '../../../server/cli/machine.ts';
import { createAllowance } from '../../../server/session/allowance.ts';
import { openSession } from '../../../server/session/session.ts';
import type { Dial, SocketHandlers } from '../../../server/session/socket.ts';
import { median } from '../statistics.ts';
import { type Keystroke, sourceText, type Typing, typingIn } from './fixture.ts';
import { usualLog } from './log.ts';
import { openedBase, parameters, taskPrompt } from './prompts.ts';

const asks = 10_000;
const rounds = 5;
const warmUp = 1_500;
/** Typed, and then taken back again. */
const keysInLine = 40;
const deltas = 10;

/** Medians over the rounds; times in microseconds. */
export interface IsolatedCost {
  readonly name: string;
  /** Of the processor, for the whole ask. */
  readonly cpu: number;
  /** From the question to the frame's way out. */
  readonly before: number;
  /** From the frame with the first text to the reader who has it. */
  readonly first: number;
  /** From the last frame to the reader who knows it. */
  readonly end: number;
  readonly allocatedKb: number;
}

/** When it happened, in nanoseconds of the monotonic clock. */
interface Marks {
  asked: number;
  sent: number;
  firstIn: number;
  firstHeard: number;
  lastIn: number;
  ended: number;
}

interface Subject {
  readonly name: string;
  /** The document is this now. */
  type(keystroke: Keystroke): void;
  ask(keystroke: Keystroke, marks: Marks): Promise<void>;
  close(): Promise<void>;
}

const began = process.hrtime.bigint();
const now = (): number => Number(process.hrtime.bigint() - began);

export async function costsIsolated({
  root,
  quick,
}: {
  readonly root: string;
  readonly quick: boolean;
}): Promise<readonly IsolatedCost[]> {
  const typing = typingIn(sourceText(root, 65_536), {
    uri: 'file:///bench/typed.ts',
    outputTokens: 64,
    contextTokens: 65_536,
  });
  const strokes = Array.from({ length: keysInLine }, (_, key) => typing.key(key));
  const count = quick ? 200 : asks / rounds;
  const measured: { readonly subject: Subject; readonly costs: Omit<IsolatedCost, 'name'>[] }[] = [];
  for (const open of [openOurs, openByHand]) measured.push({ subject: await open(typing), costs: [] });
  for (const { subject } of measured) await run(subject, strokes, { count: quick ? 200 : warmUp, from: 0 });
  for (let round = 0; round < rounds; round++)
    for (const { subject, costs } of measured)
      costs.push(await run(subject, strokes, { count, from: warmUp + round * count }));
  for (const { subject } of measured) await subject.close();
  return measured.map(({ subject: { name }, costs }) => {
    const of = (figure: (cost: Omit<IsolatedCost, 'name'>) => number) => median(costs.map(figure));
    return {
      name,
      cpu: of(({ cpu }) => cpu),
      before: of(({ before }) => before),
      first: of(({ first }) => first),
      end: of(({ end }) => end),
      allocatedKb: of(({ allocatedKb }) => allocatedKb),
    };
  });
}

async function run(
  subject: Subject,
  strokes: readonly Keystroke[],
  { count, from }: { readonly count: number; readonly from: number },
): Promise<Omit<IsolatedCost, 'name'>> {
  const marks: Marks[] = [];
  const keys: Keystroke[] = [];
  for (let i = 0; i < count; i++) {
    marks.push({ asked: 0, sent: 0, firstIn: 0, firstHeard: 0, lastIn: 0, ended: 0 });
    keys.push(versioned(strokes, from + i));
  }
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed;
  const cpu = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const [keystroke, mark] = [keys[i], marks[i]];
    if (!keystroke || !mark) continue;
    subject.type(keystroke);
    await subject.ask(keystroke, mark);
    // Nothing of one is left to be done in the time of the next.
    await new Promise(setImmediate);
  }
  const { user, system } = process.cpuUsage(cpu);
  const bytes = process.memoryUsage().heapUsed - heap;
  const each = (figure: (marks: Marks) => number) => median(marks.map(figure)) / 1000;
  return {
    cpu: (user + system) / count,
    before: each(({ asked, sent }) => sent - asked),
    first: each(({ firstIn, firstHeard }) => firstHeard - firstIn),
    end: each(({ lastIn, ended }) => ended - lastIn),
    allocatedKb: bytes / count / 1024,
  };
}

/** The line is typed again and again: its first key takes back all that was typed before. */
function versioned(strokes: readonly Keystroke[], index: number): Keystroke {
  const stroke = strokes[index % strokes.length];
  if (!stroke) throw new Error('nothing is typed');
  const { since, ask } = stroke;
  const version = index + 2;
  const [typed] = since;
  const isFirst = index % strokes.length === 0 && index > 0;
  const edit =
    isFirst && typed
      ? [{ start: typed.start, end: typed.start + strokes.length, text: typed.text }]
      : stroke.change.edit;
  return { since, change: { version, edit }, ask: { ...ask, document: { ...ask.document, version } } };
}

async function openOurs(typing: Typing): Promise<Subject> {
  let mark: Marks | undefined;
  const limits = { requestsPerMinute: 1e9, tokensPerHour: 1e12, spendPerDay: 'none' } as const;
  const session = openSession({
    endpoint: () => Promise.resolve({ url: 'wss://model.example/v1/responses', headers: {} }),
    model: { name: 'spark-like', format: 'auto' },
    clock: machineClock,
    random: Math.random,
    log: usualLog,
    dial: memoryDial(() => mark),
    epochMs: Date.now,
    prewarm: () => 'open',
    aheadTokens: () => 65_536,
    allowance: createAllowance({ clock: machineClock, limits: () => limits }),
  });
  session.tell({ kind: 'opened', document: typing.opened });
  const { signal } = new AbortController();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    name: 'our session',
    type: ({ change }) => session.tell({ kind: 'changed', uri: typing.opened.uri, ...change }),
    async ask({ ask }, marks) {
      mark = marks;
      marks.asked = now();
      for await (const event of session.ask(ask, signal)) {
        if (event.kind === 'text') {
          if (marks.firstHeard === 0) marks.firstHeard = now();
        } else marks.ended = now();
        if (event.kind === 'failed') throw new Error(event.failure.message);
      }
    },
    close: () => session.dispose(),
  };
}

function openByHand(typing: Typing): Promise<Subject> {
  const base = openedBase(typing);
  let lane = 0;
  return Promise.resolve({
    name: 'by hand',
    type: () => undefined,
    ask(keystroke, marks) {
      marks.asked = now();
      const input = taskPrompt(keystroke, base);
      const create = { ...parameters('spark-like', keystroke.ask.maxOutputTokens), input };
      return new Promise((resolve) => {
        const said: string[] = [];
        const heard = (data: string): void => {
          const { type, delta } = JSON.parse(data);
          if (type === 'response.output_text.delta') {
            said.push(delta);
            if (marks.firstHeard === 0) marks.firstHeard = now();
          } else if (type === 'response.completed') {
            marks.ended = now();
            resolve();
          }
        };
        const stream_id = `w${lane++ % 8}`;
        const frame = { type: 'response.create', stream_id, previous_response_id: 'resp_0', ...create };
        answer(JSON.stringify(frame), heard, marks);
      });
    },
    close: () => Promise.resolve(),
  });
}

function memoryDial(mark: () => Marks | undefined): Dial {
  return (_endpoint, { handlers }: { readonly handlers: SocketHandlers }) => {
    const socket = {
      headers: {},
      send(text: string): boolean {
        answer(text, handlers.message, mark());
        return true;
      },
      ping: () => handlers.alive(),
      close: () => handlers.closed({ code: 1000, reason: '' }),
    };
    return Promise.resolve({ kind: 'open', socket });
  };
}

let responses = 0;

/** The frame is written; the events of its answer come one by one, as from a network. */
function answer(frame: string, heard: (text: string) => void, marks: Marks | undefined): void {
  if (marks) marks.sent = now();
  const lane = /"stream_id":"([^"]*)"/.exec(frame)?.[1];
  const parent = /"previous_response_id":"([^"]*)"/.exec(frame)?.[1] ?? null;
  const isBase = frame.includes('"generate":false');
  const response = {
    id: `resp_${responses++}`,
    previous_response_id: parent,
    status: 'in_progress',
    output: [],
  };
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const usage = {
    input_tokens: 17_000,
    input_tokens_details: { cached_tokens: isBase ? 0 : 16_900 },
    output_tokens: isBase ? 0 : 30,
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const events: object[] = [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
  ];
  if (!isBase) {
    events.push({
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'message', content: [] },
    });
    for (let i = 0; i < deltas; i++)
      events.push({ type: 'response.output_text.delta', ...place, delta: 'const value = ', logprobs: [] });
  }
  events.push({ type: 'response.completed', response: { ...response, status: 'completed', usage } });
  const texts = events.map((event, i) => JSON.stringify({ ...event, sequence_number: i, stream_id: lane }));
  const first = texts.length - 1 - deltas;
  let at = 0;
  const next = (): void => {
    const text = texts[at++];
    if (text === undefined) return;
    if (marks && at - 1 === first) marks.firstIn = now();
    if (marks && at === texts.length) marks.lastIn = now();
    if (at < texts.length) setImmediate(next);
    heard(text);
  };
  setImmediate(next);
}
