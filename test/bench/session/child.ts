/** The bench's processes besides the one that reports: `model`, `network`, `isolated`, and one for each kind of asker. */

import type { Asker, OpenAsker } from './asker.ts';
import { openOfficial } from './asker-official.ts';
import { openOurs } from './asker-session.ts';
import { openSocket } from './asker-socket.ts';
import { openSse } from './asker-sse.ts';
import { sourceText, type Typing, typingIn } from './fixture.ts';
import { costsIsolated } from './isolated.ts';
import { type FakeModel, startFakeModel } from './model.ts';
import type { Outcome } from './outcome.ts';
import type { ProfileName } from './profile.ts';
import { type Network, type NetworkOptions, startNetwork } from './proxy.ts';
import { serveCalls } from './remote.ts';

export type AskerKind = 'session' | 'official' | 'sse' | 'socket';

export interface OpenCall {
  readonly name: string;
  readonly authority: string;
  readonly profile: ProfileName;
  readonly root: string;
  readonly bytes: number;
  readonly outputTokens: number;
  readonly contextTokens: number;
  readonly prewarm: 'edit' | 'open' | 'never';
}

export interface KeyCall {
  readonly name: string;
  readonly key: number;
}

export interface LoadCall {
  readonly name: string;
  readonly requests: number;
  readonly atOnce: number;
}

export interface Memory {
  readonly rssMb: number;
  readonly heapMb: number;
}

/** From here on a line under load is typed again from its beginning. */
const mostKeys = 400;

/** Between two keys: the deciles of 1,542 recorded intervals, in no order. */
const paceMs = [91, 45, 136, 69, 203, 80, 91, 110, 69, 293];

export type AskerCalls = ReturnType<typeof askerCalls>;
export type ModelCalls = ReturnType<typeof modelCalls>;
export type NetworkCalls = ReturnType<typeof networkCalls>;
export type IsolatedCalls = { readonly costs: typeof costsIsolated };

function askerCalls(openAsker: OpenAsker) {
  /** `keys`: typed under load so far, each once: what was typed before is no longer what the document is. */
  const open = new Map<string, { readonly asker: Asker; readonly typing: Typing; keys: number }>();
  const named = (name: string) => {
    const found = open.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  return {
    async open(call: OpenCall): Promise<void> {
      const { name, authority, profile, root, bytes, outputTokens, contextTokens, prewarm } = call;
      const uri = `file:///bench/${name}.ts`;
      const typing = typingIn(sourceText(root, bytes), { uri, outputTokens, contextTokens });
      const asker = openAsker({ authority, key: name, profile, typing, contextTokens, prewarm });
      open.set(name, { asker, typing, keys: 0 });
      await asker.ready();
    },
    type({ name, key }: KeyCall): void {
      const { asker, typing } = named(name);
      asker.type(typing.key(key));
    },
    async ask({ name, key }: KeyCall): Promise<Outcome> {
      const { asker, typing } = named(name);
      const outcome = await asker.ask(typing.key(key));
      if (!outcome) throw new Error('an answer ended without its end');
      return outcome;
    },
    /** At the pace of recorded sessions; an answer that is not there before the next key is left. */
    async typeAll({
      name,
      keys,
    }: {
      readonly name: string;
      readonly keys: number;
    }): Promise<readonly Outcome[]> {
      const { asker, typing } = named(name);
      const outcomes: Promise<Outcome | undefined>[] = [];
      let last = new AbortController();
      for (let key = 0; key < keys; key++) {
        await new Promise((resolve) => setTimeout(resolve, paceMs[key % paceMs.length]));
        last.abort();
        last = new AbortController();
        outcomes.push(asker.ask(typing.key(key), last.signal));
      }
      return (await Promise.all(outcomes)).filter((outcome) => outcome !== undefined);
    },
    /**
     * Many requests, some at once: they begin together, and the next ones when all have ended. If each began as soon as
     * another ended, those on one connection would stay in step, and those on connections of their own would not.
     */
    async load({ name, requests, atOnce }: LoadCall): Promise<readonly Outcome[]> {
      const loaded = named(name);
      const outcomes: Outcome[] = [];
      for (let started = 0; started < requests; started += atOnce) {
        // Put together before any of them is asked: nobody is to pay for that.
        const keys = Array.from({ length: atOnce }, () => loaded.typing.key(loaded.keys++ % mostKeys));
        for (const outcome of await Promise.all(keys.map((key) => loaded.asker.ask(key))))
          if (outcome && outcomes.length < 1000) outcomes.push(outcome);
      }
      return outcomes;
    },
    memory(_: undefined): Memory {
      for (let i = 0; i < 3; i++) globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      return { rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 };
    },
    async close({ name }: { readonly name: string }): Promise<void> {
      await named(name).asker.close();
      open.delete(name);
    },
  };
}

function modelCalls() {
  let model: FakeModel | undefined;
  const running = (): FakeModel => {
    if (!model) throw new Error('the model is not started');
    return model;
  };
  return {
    async start(tls: { readonly key: string; readonly cert: string }): Promise<number> {
      model = await startFakeModel(tls);
      return model.port;
    },
    counts: (account: string) => running().counts(account),
  };
}

function networkCalls() {
  const networks = new Map<number, Network>();
  return {
    async start(options: NetworkOptions): Promise<number> {
      const network = await startNetwork(options);
      networks.set(network.port, network);
      return network.port;
    },
    held: ({ port, from, to }: { readonly port: number; readonly from: number; readonly to: number }) =>
      networks.get(port)?.held({ from, to }),
  };
}

const roles: Readonly<Record<string, () => Parameters<typeof serveCalls>[0]>> = {
  model: modelCalls,
  network: networkCalls,
  isolated: (): IsolatedCalls => ({ costs: costsIsolated }),
  session: () => askerCalls(openOurs),
  official: () => askerCalls(openOfficial),
  sse: () => askerCalls(openSse),
  socket: () => askerCalls(openSocket),
};
const role = roles[process.argv[2] ?? ''];
if (role) serveCalls(role());
