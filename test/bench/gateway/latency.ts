/**
 * What the gateway adds to a model server: the built `whittle serve` in its process, the server in another, and one
 * client that asks both in turns. The client talks to the server with the least there is, a kept connection and a
 * search for line ends, so that what is added is everything of ours: two more hops over a socket included.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { median, ms, type Print, quantile, row } from '../statistics.ts';
import { type BenchUpstream, sharedNow, startBenchUpstream } from './upstream-process.ts';

/** When the tokens of one answer were there, after they were written and after the request. In milliseconds. */
interface Answer {
  readonly first: number;
  readonly delays: readonly number[];
  readonly whole: number;
}

interface Question {
  readonly tokens: number;
  /** Milliseconds between tokens. */
  readonly pause: number;
}

type Ask = (question: Question) => Promise<Answer>;

const paced: Question = { tokens: 20, pause: 1 };
const burst: Question = { tokens: 1_000, pause: 0 };

export async function benchGatewayLatency(root: string, print: Print): Promise<void> {
  print('what `whittle serve` adds to a model server, asked in turns with it');
  const upstream = await startBenchUpstream();
  const gateway = await startServe(root, upstream);
  try {
    const direct = askDirectly(upstream);
    const through = await askThrough(gateway.url, gateway.token);
    await inTurns(direct, through, paced, 30);
    const answers = await inTurns(direct, through, paced, 200);
    const added = (q: number, of: (answer: Answer) => readonly number[]): number =>
      quantile(answers.through.flatMap(of), q) - quantile(answers.direct.flatMap(of), q);
    const first = ({ first }: Answer): readonly number[] => [first];
    const later = ({ delays }: Answer): readonly number[] => delays.slice(1);
    row(print, 'request to first token, directly', show(answers.direct.flatMap(first)));
    row(print, 'added to it', `p50 ${ms(added(0.5, first))}, p99 ${ms(added(0.99, first))}`, '≤ 1 ms p50');
    row(print, 'a token on its way, directly', show(answers.direct.flatMap(later)));
    row(
      print,
      'added to it',
      `p50 ${micro(added(0.5, later))}, p99 ${micro(added(0.99, later))}`,
      '≤ 100 µs p50',
    );
    const bursts = await inTurns(direct, through, burst, 20);
    const perToken = (each: readonly Answer[]): number =>
      median(each.map(({ whole }) => whole)) / burst.tokens;
    row(
      print,
      `each of ${burst.tokens} tokens written at once`,
      `+ ${micro(perToken(bursts.through) - perToken(bursts.direct))}`,
      `directly ${micro(perToken(bursts.direct))}`,
    );
  } finally {
    await gateway.stop();
    upstream.close();
  }
}

const micro = (value: number): string => `${(value * 1_000).toFixed(0)} µs`;

function show(values: readonly number[]): string {
  return `p50 ${ms(median(values))}, p99 ${ms(quantile(values, 0.99))}`;
}

async function inTurns(
  direct: Ask,
  through: Ask,
  question: Question,
  times: number,
): Promise<{ readonly direct: readonly Answer[]; readonly through: readonly Answer[] }> {
  const answers: { readonly direct: Answer[]; readonly through: Answer[] } = { direct: [], through: [] };
  for (let i = 0; i < times; i++) {
    // Whoever comes second finds warmer caches: neither always does.
    const order = i % 2 === 0 ? (['direct', 'through'] as const) : (['through', 'direct'] as const);
    for (const who of order) answers[who].push(await (who === 'direct' ? direct : through)(question));
  }
  return answers;
}

/** Tells when tokens come; a text is one or several of them. */
function watch(asked: number): { readonly text: (text: string) => void; readonly end: () => Answer } {
  const delays: number[] = [];
  let first: number | undefined;
  return {
    text(text) {
      const now = sharedNow();
      first ??= now - asked;
      for (const written of text.trim().split(' ')) delays.push(now - Number(written));
    },
    end: () => ({ first: first ?? Number.NaN, delays, whole: sharedNow() - asked }),
  };
}

const prompt = (pause: number): string =>
  `Go on with the code. pause=${pause} ${'let a = b + c;\n'.repeat(60)}`;

function askDirectly({ url }: BenchUpstream): Ask {
  const agent = new Agent({ keepAlive: true });
  return ({ tokens, pause }) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({
        model: 'bench',
        messages: [{ role: 'user', content: prompt(pause) }],
        stream: true,
        max_tokens: tokens,
      });
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const watched = watch(sharedNow());
      const sent = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const events = (rest + chunk).split('\n\n');
          rest = events.pop() ?? '';
          for (const event of events) {
            if (event !== 'data: [DONE]') watched.text(JSON.parse(event.slice(6)).choices[0].delta.content);
          }
        });
        response.on('end', () => resolve(watched.end()));
      });
      sent.on('error', reject);
      sent.setNoDelay(true);
      sent.end(body);
    });
}

async function askThrough(url: string, token: string): Promise<Ask> {
  const webSocket = new WebSocket(url, {
    headers: { Authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  await new Promise((resolve, reject) => webSocket.once('open', resolve).once('error', reject));
  return ({ tokens, pause }) =>
    new Promise((resolve, reject) => {
      const watched = watch(sharedNow());
      const take = (data: unknown): void => {
        const event = JSON.parse(String(data));
        if (event.type === 'response.output_text.delta') watched.text(event.delta);
        else if (event.type === 'response.completed' || event.type === 'response.incomplete') {
          webSocket.off('message', take);
          resolve(watched.end());
        } else if (event.type === 'error') reject(new Error(event.error.message));
      };
      webSocket.on('message', take);
      webSocket.send(
        JSON.stringify({
          type: 'response.create',
          model: 'bench',
          input: prompt(pause),
          max_output_tokens: tokens,
        }),
      );
    });
}

export interface Served {
  readonly url: string;
  readonly token: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** The built program before a model server, or the embedded engine. */
export async function startServe(root: string, upstream?: BenchUpstream): Promise<Served> {
  const child = spawn(process.execPath, [`${root}dist/whittle.js`, 'serve', '--port', '0'], {
    env: { ...process.env, WHITTLE_URL: upstream?.url ?? 'local', WHITTLE_MODEL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('`whittle serve` ended at once; was it built?')));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ...JSON.parse(line), child, stop };
}
