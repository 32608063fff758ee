/** Everything a measurement needs, started once: the fake model, the networks, and a process for each kind of asker. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { certificatesFor } from '../../support/certificates.ts';
import type { AskerCalls, AskerKind, IsolatedCalls, Memory, ModelCalls, NetworkCalls } from './child.ts';
import type { IsolatedCost } from './isolated.ts';
import type { ModelCounts } from './model.ts';
import type { Outcome } from './outcome.ts';
import type { ProfileName } from './profile.ts';
import { type Remote, startRemote } from './remote.ts';
import type { Sending } from './sender.ts';

export const askerKinds = ['session', 'official', 'sse', 'socket'] as const satisfies readonly AskerKind[];

export interface OpenOptions {
  readonly roundTripMs: number;
  /** At once by default. */
  readonly sending?: Sending;
  readonly profile: ProfileName;
  /** Of the document. */
  readonly bytes: number;
  readonly outputTokens: number;
  /** 65,536 by default: everything. */
  readonly contextTokens?: number;
  readonly prewarm?: 'edit' | 'open' | 'never';
  /** An address that nobody else uses: what others of its process keep open is of no use to it. */
  readonly network?: 'shared' | 'own';
}

/** An answer, and what of its time was the network's: the way up of its last bytes and the way down of the first. */
export interface Measured extends Outcome {
  readonly networkMs: number;
  /** To the first text, beyond one network round trip and the model's own time. */
  readonly overheadMs: number;
  /** The same of the whole answer. */
  readonly wholeOverheadMs: number;
}

export interface Subject {
  readonly kind: AskerKind;
  readonly name: string;
  /** A key that nothing is asked for. */
  type(key: number): Promise<void>;
  ask(key: number): Promise<Measured>;
  /** Keys at the pace of a person, and the answers that came in time. */
  typeAll(keys: number): Promise<readonly Outcome[]>;
  load(requests: number, atOnce: number): Promise<readonly Measured[]>;
  /** What the model had of it so far. */
  counts(): Promise<ModelCounts>;
  close(): Promise<void>;
}

export interface Laboratory {
  open(kind: AskerKind, options: OpenOptions): Promise<Subject>;
  memory(kind: AskerKind): Promise<Memory>;
  /** What an ask costs by itself, in a process of its own, compiled as V8 does it or never optimised. */
  isolated(options: {
    readonly quick: boolean;
    readonly code: 'optimised' | 'baseline';
  }): Promise<readonly IsolatedCost[]>;
  /** Whether a client without the bench's certificate is refused by itself: verification is on. */
  verifies(): Promise<boolean>;
  stop(): Promise<void>;
}

export async function startLaboratory(root: string): Promise<Laboratory> {
  const folder = join(root, 'node_modules/.cache/whittle-bench');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'session-child.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/session/child.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const tls = await certificatesFor({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const authorityFile = join(folder, 'session-ca.pem');
  writeFileSync(authorityFile, tls.authority);

  const model = startRemote<ModelCalls>({ program, role: 'model' });
  const network = startRemote<NetworkCalls>({ program, role: 'network' });
  const askers = new Map<AskerKind, Remote<AskerCalls>>();
  /** What V8 is told where the server is started: our session runs under it. */
  const launchFlags: readonly string[] = createRequire(import.meta.url)(join(root, 'server/v8-flags.cjs'));
  for (const role of askerKinds) {
    const environment = { NODE_EXTRA_CA_CERTS: authorityFile };
    const nodeArguments = role === 'session' ? launchFlags : ['--expose-gc'];
    askers.set(role, startRemote<AskerCalls>({ program, role, nodeArguments, environment }));
  }
  const port = await model.call('start', { key: tls.key, cert: tls.cert });
  const networks = new Map<string, number>([['0 at once', port]]);
  const asker = (kind: AskerKind): Remote<AskerCalls> => {
    const found = askers.get(kind);
    if (!found) throw new Error(`no process for ${kind}`);
    return found;
  };
  let subjects = 0;

  return {
    async open(kind, { roundTripMs, sending = 'at once', network: place = 'shared', ...options }) {
      const key = `${roundTripMs} ${sending}`;
      const known = place === 'shared' ? networks.get(key) : undefined;
      const at = known ?? (await network.call('start', { target: port, roundTripMs, sending }));
      if (place === 'shared') networks.set(key, at);
      const name = `${kind}-${subjects++}`;
      const process = asker(kind);
      const defaults = { contextTokens: 65_536, prewarm: 'edit' } as const;
      await process.call('open', { ...defaults, ...options, name, authority: `localhost:${at}`, root });
      return {
        kind,
        name,
        type: (key) => process.call('type', { name, key }),
        async ask(key) {
          const outcome = await process.call('ask', { name, key });
          const { askedAt: from, firstAt: to } = outcome;
          const held = at === port ? undefined : await network.call('held', { port: at, from, to });
          return measured(outcome, held ? held.upMs + held.downMs : 0);
        },
        typeAll: (keys) => process.call('typeAll', { name, keys }),
        async load(requests, atOnce) {
          const outcomes = await process.call('load', { name, requests, atOnce });
          return outcomes.map((outcome) => measured(outcome, roundTripMs));
        },
        counts: () => model.call('counts', name),
        close: () => process.call('close', { name }),
      };
    },
    memory: (kind) => asker(kind).call('memory', undefined),
    async isolated({ quick, code }) {
      // All that a round allocates stays in the young generation: what the heap has grown by is what was allocated.
      const heap = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'];
      const nodeArguments = code === 'baseline' ? [...heap, '--no-opt'] : heap;
      const remote = startRemote<IsolatedCalls>({ program, role: 'isolated', nodeArguments });
      try {
        return await remote.call('costs', { root, quick });
      } finally {
        await remote.stop();
      }
    },
    verifies: () => isRefused(port),
    async stop() {
      await Promise.all([model, network, ...askers.values()].map((process) => process.stop()));
    },
  };
}

function measured(outcome: Outcome, networkMs: number): Measured {
  const { askedAt, firstAt, doneAt, modelFirstMs, modelTotalMs } = outcome;
  return {
    ...outcome,
    networkMs,
    overheadMs: firstAt - askedAt - networkMs - modelFirstMs,
    wholeOverheadMs: doneAt - askedAt - networkMs - modelTotalMs,
  };
}

/** An authority of the bench's own, and a certificate for this machine that it signed. */
function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ host: 'localhost', port, path: '/' }, (response) => {
      response.destroy();
      resolve(false);
    });
    sent.on('error', () => resolve(true));
    sent.end();
  });
}
