/**
 * The same walks on a virtual clock: the real server and the real session in this process, the benchmark's model behind
 * a connection in memory, and no time but that of the typing and of the model. What comes out is exact: the same at every
 * run and on every machine, and what it says is the scheduler's doing alone.
 */

import { PassThrough } from 'node:stream';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { startServer } from '../../../server/lsp/server.ts';
import { openSession } from '../../../server/session/session.ts';
import type { Dial } from '../../../server/session/socket.ts';
import { decodeSettings } from '../../../server/state/settings/decode.ts';
import { type VirtualClock, virtualClock } from '../../support/clock.ts';
import { inProcessSyntax } from '../../support/syntax.ts';
import { speakResponses } from './responses.ts';
import { createSpeech, type ModelRequest, type ModelSetup } from './speech.ts';
import type { System } from './system.ts';
import type { Pace } from './walk.ts';
import { asWhittle, type LspClient, whittleParams } from './whittle.ts';

export interface Simulation {
  readonly system: System;
  readonly client: LspClient;
  readonly pace: Pace;
  become(setup: ModelSetup): void;
  requests(): readonly ModelRequest[];
  /** Bytes of everything sent to the model, with what was asked for. */
  readonly frames: readonly string[];
}

export async function startSimulation(): Promise<Simulation> {
  const clock = virtualClock();
  const speech = createSpeech(clock, () => clock.now());
  const frames: string[] = [];
  let ids = 0;
  const dial: Dial = (_endpoint, { handlers }) => {
    const peer = speakResponses(speech, () => `resp_${++ids}`, handlers.message);
    const send = (text: string) => {
      frames.push(text);
      // The answer comes later than the call.
      queueMicrotask(() => peer.message(text));
      return true;
    };
    const close = () => {
      peer.closed();
      handlers.closed({ code: 1000, reason: '' });
    };
    return Promise.resolve({
      kind: 'open',
      socket: { headers: {}, send, ping: handlers.alive, close },
    });
  };

  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const running = startServer({
    reader: new StreamMessageReader(toServer),
    writer: new StreamMessageWriter(toClient),
    version: '0',
    clock,
    newId: () => `id-${++ids}`,
    random: () => 0.5,
    textAtHead: async () => undefined,
    logLevel: 'off',
    logFile: { write() {}, moveTo() {} },
    readSettings: async ({ initialization, configuration }) =>
      decodeSettings({
        environment: { WHITTLE_URL: 'ws://127.0.0.1:9/v1/responses', WHITTLE_MODEL: 'bench' },
        workspaceFiles: [],
        initializationOptions: initialization,
        configuration,
      }),
    openModel: (_settings, log, changed) => ({
      session: openSession({
        endpoint: () => Promise.resolve({ url: 'ws://127.0.0.1:9/v1/responses', headers: {} }),
        model: { name: 'bench', format: 'auto' },
        clock,
        random: () => 0.5,
        log,
        dial,
        changed,
      }),
      settingsChanged() {},
    }),
    openSyntax: () => inProcessSyntax(),
    onExit() {},
  });

  const connection = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  connection.listen();
  const client = {
    // What is still under way at the end is answered with nothing.
    request: (method: string, params: object) =>
      connection.sendRequest<unknown>(method, params).catch(() => ({})),
    notify: (method: string, params: object) => void connection.sendNotification(method, params),
  };
  await client.request('initialize', whittleParams());
  client.notify('initialized', {});
  const pace: Pace = { now: () => clock.now(), pause: (ms) => passing(clock, connection, ms) };
  await pace.pause(1000);
  const system = asWhittle(client, {
    memoryMb: () => Number.NaN,
    async stop() {
      await running.dispose();
      connection.dispose();
    },
  });
  return { system, client, pace, frames, become: speech.become, requests: speech.requests };
}

/** Virtual time up to each timer, and after it as long as anything works. */
async function passing(clock: VirtualClock, connection: MessageConnection, ms: number): Promise<void> {
  const until = clock.now() + ms;
  for (;;) {
    await settled(connection);
    const [next = Number.POSITIVE_INFINITY] = clock.due();
    if (clock.now() + next > until) break;
    clock.advance(next);
  }
  clock.advance(until - clock.now());
  await settled(connection);
}

/** Whatever was sent so far has been taken in and answered: the server answers in order. */
async function settled(connection: MessageConnection): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await connection.sendRequest('whittle/no-such-request').catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
  }
}
