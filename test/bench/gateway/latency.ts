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
import { type BenchUpstream, sharedNow, startBareGateway, startBenchUpstream } from './upstream-process.ts';

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
  print('what `whittle serve` adds to a model server, asked in turns with it and through a bare gateway');
  const upstream = await startBenchUpstream();
  const bare = await startBareGateway(upstream);
  const gateway = await startServe(root, upstream);
  try {
    const ways = {
      direct: askDirectly(upstream),
      bare: await askBare(bare),
      through: await askThrough(gateway.url, gateway.token),
    };
    await inTurns(ways, paced, 30);
    const answers = await inTurns(ways, paced, 200);
    const compare = (what: string, of: (answer: Answer) => readonly number[], budget: string): void => {
      const at = (who: Way, q: number): number => quantile(answers[who].flatMap(of), q);
      const over = (who: Way): string =>
        [0.5, 0.99].map((q) => `p${q * 100} ${ms(at(who, q) - at('direct', q))}`).join(', ');
      row(print, `${what}, directly`, `p50 ${ms(at('direct', 0.5))}, p99 ${ms(at('direct', 0.99))}`);
      row(print, '  added by a bare gateway', over('bare'));
      row(print, '  added by ours', over('through'), budget);
    };
    compare('request to first token', ({ first }) => [first], '≤ 1 ms p50');
    compare('a token on its way', ({ delays }) => delays.slice(1), '≤ 0.1 ms p50');
    const bursts = await inTurns(ways, burst, 20);
    const each = (who: Way): string => ms(median(bursts[who].map(({ whole }) => whole)) / burst.tokens);
    row(
      print,
      `each of ${burst.tokens} tokens written at once, ours`,
      each('through'),
      `directly ${each('direct')}, bare ${each('bare')}`,
    );
  } finally {
    await gateway.stop();
    bare.close();
    upstream.close();
  }
}

type Way = 'direct' | 'bare' | 'through';

async function inTurns(
  ways: Readonly<Record<Way, Ask>>,
  question: Question,
  times: number,
): Promise<Readonly<Record<Way, readonly Answer[]>>> {
  const answers: Record<Way, Answer[]> = { direct: [], bare: [], through: [] };
  // Whoever comes later finds warmer caches: nobody always does.
  const orders = [
    ['direct', 'bare', 'through'],
    ['through', 'direct', 'bare'],
    ['bare', 'through', 'direct'],
  ] as const;
  for (let i = 0; i < times; i++) {
    for (const who of orders[i % 3] ?? orders[0]) answers[who].push(await ways[who](question));
  }
  return answers;
}

interface Watched {
  text(text: string): void;
  end(): Answer;
}

/** Tells when tokens come; a text is one or several of them. */
function watch(asked: number): Watched {
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

function bodyOf({ tokens, pause }: Question): string {
  const messages = [{ role: 'user', content: prompt(pause) }];
  return JSON.stringify({ model: 'bench', messages, stream: true, max_tokens: tokens });
}

/** Server-sent events as they come, with the least there is to read them. */
function eventsTo(watched: Watched): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (event !== 'data: [DONE]') watched.text(JSON.parse(event.slice(6)).choices[0].delta.content);
    }
  };
}

function askDirectly({ url }: BenchUpstream): Ask {
  const agent = new Agent({ keepAlive: true });
  return (question) =>
    new Promise((resolve, reject) => {
      const body = bodyOf(question);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const watched = watch(sharedNow());
      const sent = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
        response.setEncoding('utf8');
        response.on('data', eventsTo(watched));
        response.on('end', () => resolve(watched.end()));
      });
      sent.on('error', reject);
      sent.setNoDelay(true);
      sent.end(body);
    });
}

async function askBare({ url }: BenchUpstream): Promise<Ask> {
  const webSocket = await dial(url);
  return (question) =>
    new Promise((resolve) => {
      const watched = watch(sharedNow());
      const read = eventsTo(watched);
      const take = (data: unknown): void => {
        const text = String(data);
        if (text !== 'end') {
          read(text);
          return;
        }
        webSocket.off('message', take);
        resolve(watched.end());
      };
      webSocket.on('message', take);
      webSocket.send(bodyOf(question));
    });
}

async function dial(url: string, token?: string): Promise<WebSocket> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const webSocket = new WebSocket(url, { headers, perMessageDeflate: false });
  await new Promise((resolve, reject) => webSocket.once('open', resolve).once('error', reject));
  return webSocket;
}

async function askThrough(url: string, token: string): Promise<Ask> {
  const webSocket = await dial(url, token);
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
