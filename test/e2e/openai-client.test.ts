// The official client of the protocol as a peer: it talks to our gateway, run by itself and embedded in a worker,
// over WebSocket, over server-sent events and without a stream, as it would to its own provider.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import OpenAI, { APIUserAbortError, AuthenticationError, BadRequestError } from 'openai';
import { ResponsesWebSocketSession } from 'openai/lib/responses/responses-websocket-session';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { machineClock } from '../../server/cli/machine.ts';
import { createEmbeddedGateway } from '../../server/gateway/embedded.ts';
import { machineEnvironment, program } from '../support/server-process.ts';

/** Text that repeats itself: the engine, which knows no English, goes on with it. */
const input = `function area(width, height) {
  return width * height;
}

function volume(width, height, depth) {
  return width * height * depth;
}

function surface(width, height) {
  return width * `;

interface Place {
  readonly url: string;
  readonly key: string;
  stop(): Promise<void>;
}

const places: Readonly<Record<string, (folder: string) => Promise<Place>>> = {
  'whittle serve': serve,
  'the embedded gateway': embedded,
};

async function serve(folder: string): Promise<Place> {
  const child: ChildProcess = spawn(process.execPath, [program, 'serve', '--port', '0'], {
    env: { ...machineEnvironment(), XDG_CACHE_HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const { stdout } = child;
  if (!stdout) throw new Error('no output');
  const line = await new Promise<string>((resolve) => {
    createInterface({ input: stdout }).once('line', resolve);
  });
  const { url, token } = JSON.parse(line);
  return {
    url,
    key: token,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function embedded(folder: string): Promise<Place> {
  const gateway = createEmbeddedGateway({
    createWorker: () =>
      new Worker(program, {
        workerData: { whittle: 'gateway' },
        env: { ...process.env, XDG_CACHE_HOME: folder },
        stdout: true,
      }),
    clock: machineClock,
    random: () => 0.5,
    log: () => undefined,
  });
  const { url, headers } = await gateway.endpoint(new AbortController().signal);
  return { url, key: (headers.Authorization ?? '').replace('Bearer ', ''), stop: () => gateway.dispose() };
}

describe.each(Object.entries(places))('%s', (_name, start) => {
  let folder: string;
  let place: Place;
  let client: OpenAI;
  const sockets: ResponsesWS[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'whittle-openai-'));
    place = await start(folder);
    const baseURL = place.url.replace(/^ws/, 'http').replace(/\/responses$/, '');
    client = new OpenAI({ apiKey: place.key, baseURL, maxRetries: 0 });
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  afterAll(async () => {
    await place.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The client's own helper for lanes, which also puts a response together from its events. */
  async function connect() {
    const socket = new ResponsesWS(client);
    sockets.push(socket);
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push(error.error));
    for await (const { type } of socket.stream()) if (type === 'open') break;
    const session = new ResponsesWebSocketSession(socket, {
      maxLanes: 40,
      maxBufferedEvents: 10_000,
      maxBufferedBytes: 1_000_000,
    });
    return { socket, session, errors };
  }

  test('a response without a stream', async () => {
    const response = await client.responses.create({ model: 'whittle', input });
    expect(response).toMatchObject({ object: 'response', status: 'completed', error: null });
    expect(response.output_text).toMatch(/^height/);
  });

  test('a response as server-sent events, in the order of the protocol', async () => {
    const events: ResponseStreamEvent[] = [];
    const stream = await client.responses.create({ model: 'whittle', input, stream: true });
    for await (const event of stream) events.push(event);
    const types = events.map(({ type }) => type);
    expect(types.filter((type, i) => type !== types[i - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, i) => i));
    const deltas = events.flatMap((event) =>
      event.type === 'response.output_text.delta' ? [event.delta] : [],
    );
    expect(deltas.join('')).toMatch(/^height/);
  });

  test("the client's own stream helper ends with the whole response", async () => {
    const response = await client.responses.stream({ model: 'whittle', input }).finalResponse();
    expect(response.output_text).toMatch(/^height/);
  });

  test('a response over WebSocket', async () => {
    const { session } = await connect();
    const lane = session.lane();
    lane.create({ model: 'whittle', input });
    const response = await lane.finalResponse();
    expect(response.status).toBe('completed');
    expect(textOf(response)).toMatch(/^height/);
  });

  test('a response continues another by its id', async () => {
    const { session } = await connect();
    const lane = session.lane();
    lane.create({ model: 'whittle', input: `${input}height;\n}\n\n` });
    const first = await lane.finalResponse();
    lane.create({
      model: 'whittle',
      input: 'function side(width, height) {\n  return width * ',
      previous_response_id: first.id,
    });
    const second = await lane.finalResponse();
    expect(second.previous_response_id).toBe(first.id);
    // What it goes on with stands in the first request only.
    expect(textOf(second)).toMatch(/^height/);
  });

  test('generate: false prepares a response that can be forked to several lanes', async () => {
    const { session } = await connect();
    const base = session.lane('base');
    base.create({ model: 'whittle', input, generate: false });
    const prepared = await base.finalResponse();
    expect(prepared).toMatchObject({ status: 'completed', output: [] });
    const lanes = ['fork-1', 'fork.2', 'fork_3', 'fork-4'].map((name) => session.lane(name));
    for (const lane of lanes) lane.create({ model: 'whittle', input: '', previous_response_id: prepared.id });
    const responses = await Promise.all(lanes.map((lane) => lane.finalResponse()));
    for (const response of responses) {
      expect(response.previous_response_id).toBe(prepared.id);
      expect(textOf(response)).toMatch(/^height/);
    }
    expect(new Set(responses.map(({ id }) => id)).size).toBe(lanes.length);
  });

  test('an unknown response to continue from is an error of that request alone', async () => {
    const { session, errors } = await connect();
    const lane = session.lane('lane');
    lane.create({ model: 'whittle', input, previous_response_id: 'resp_unknown' });
    await expect(lane.finalResponse()).rejects.toMatchObject({
      error: {
        status: 400,
        stream_id: 'lane',
        error: { code: 'previous_response_not_found', param: 'previous_response_id' },
      },
    });
    const other = session.lane('other');
    other.create({ model: 'whittle', input });
    expect((await other.finalResponse()).status).toBe('completed');
    expect(errors).toHaveLength(1);
  });

  test('a name that is none for a lane is refused, and the connection goes on', async () => {
    const { socket, session } = await connect();
    const refused = new Promise((resolve) => socket.once('error', (error) => resolve(error.error)));
    socket.send({ type: 'response.create', model: 'whittle', input, stream_id: 'not a lane' });
    expect(await refused).toMatchObject({
      status: 400,
      error: { code: 'invalid_stream_id', param: 'stream_id' },
    });
    expect(await refused).not.toHaveProperty('stream_id');
    const lane = session.lane();
    lane.create({ model: 'whittle', input });
    expect((await lane.finalResponse()).status).toBe('completed');
  });

  test('errors over HTTP are of the classes that the client has for them', async () => {
    const unknown = client.responses.create({
      model: 'whittle',
      input,
      previous_response_id: 'resp_unknown',
    });
    await expect(unknown).rejects.toBeInstanceOf(BadRequestError);
    await expect(unknown).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    const streamed = client.responses.create({
      model: 'whittle',
      input,
      previous_response_id: 'resp_unknown',
      stream: true,
    });
    await expect(streamed).rejects.toBeInstanceOf(BadRequestError);
    const wrong = client.responses.create({ model: 'whittle', input: 5 as never });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'input' });
    const stranger = client.withOptions({ apiKey: 'another' }).responses.create({ model: 'whittle', input });
    await expect(stranger).rejects.toBeInstanceOf(AuthenticationError);
  });

  test('a stranger gets no WebSocket', async () => {
    const socket = new ResponsesWS(client.withOptions({ apiKey: 'another' }));
    sockets.push(socket);
    const failed = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(failed.message).toContain('401');
  });

  test('a client that leaves in the middle is in nobody’s way', async () => {
    const leaving = new AbortController();
    const answer = client.responses.create({ model: 'whittle', input }, { signal: leaving.signal });
    leaving.abort();
    await expect(answer).rejects.toBeInstanceOf(APIUserAbortError);

    const stream = await client.responses.create({ model: 'whittle', input, stream: true });
    for await (const event of stream) if (event.type === 'response.created') break;
    expect(stream.controller.signal.aborted).toBe(true);

    const { socket, session } = await connect();
    session.lane('left').create({ model: 'whittle', input });
    socket.close();
    const { session: next } = await connect();
    const lane = next.lane();
    lane.create({ model: 'whittle', input });
    expect((await lane.finalResponse()).status).toBe('completed');
  });

  test('thirty-two lanes, and no more', async () => {
    const { session } = await connect();
    const lanes = Array.from({ length: 32 }, (_, i) => session.lane(`lane-${i}`));
    for (const lane of lanes) lane.create({ model: 'whittle', input });
    const responses = await Promise.all(lanes.map((lane) => lane.finalResponse()));
    expect(responses.map(({ status }) => status)).toEqual(lanes.map(() => 'completed'));
    const another = session.lane('lane-32');
    another.create({ model: 'whittle', input });
    await expect(another.finalResponse()).rejects.toMatchObject({
      error: { error: { code: 'websocket_stream_limit_reached' } },
    });
  });
});

/** Over a socket the client leaves `output_text` out. */
function textOf({ output }: OpenAI.Responses.Response): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
}
