/** Our session, as the server opens it for a provider, in a process that collects garbage when the server does. */

import { createIdleCollection, ownYoungGeneration } from '../../../server/cli/idle-collection.ts';
import { machineClock } from '../../../server/cli/machine.ts';
import { createDial } from '../../../server/session/dial.ts';
import { createHttpDial } from '../../../server/session/http.ts';
import { openSession } from '../../../server/session/session.ts';
import type { OpenAsker } from './asker.ts';
import type { Keystroke } from './fixture.ts';
import { usualLog } from './log.ts';
import { watchAnswer } from './outcome.ts';

export const openOurs: OpenAsker = ({ authority, key, profile, typing, prewarm, contextTokens }) => {
  const session = openSession({
    endpoint: () =>
      Promise.resolve({
        url: `wss://${authority}/v1/responses`,
        headers: { Authorization: `Bearer ${key}` },
      }),
    model: { name: profile, format: 'auto' },
    clock: machineClock,
    random: Math.random,
    log: usualLog,
    dial: createDial({ clock: machineClock }),
    fallback: createHttpDial(),
    epochMs: Date.now,
    prewarm: () => prewarm,
    aheadTokens: () => contextTokens,
  });
  session.tell({ kind: 'opened', document: typing.opened });
  const answered = createIdleCollection(machineClock, ownYoungGeneration());
  let told = typing.opened.version;
  const tell = ({ change }: Keystroke): void => {
    if (change.version <= told) return;
    told = change.version;
    session.tell({ kind: 'changed', uri: typing.opened.uri, ...change });
  };
  return {
    ready: () => Promise.resolve(),
    type: tell,
    async ask(keystroke, signal = new AbortController().signal) {
      const watch = watchAnswer();
      tell(keystroke);
      watch.asked();
      for await (const event of session.ask(keystroke.ask, signal)) {
        if (event.kind === 'text') watch.text(event.text);
        else if (event.kind === 'done') {
          const { inputTokens = 0, cachedTokens = 0 } = event.usage ?? {};
          const outcome = watch.ended({ metadata: event.metadata, inputTokens, cachedTokens });
          answered();
          return outcome;
        } else if (event.kind === 'failed' && event.failure.code === 'cancelled') return undefined;
        else if (event.kind !== 'whole')
          throw new Error(`Our session did not answer: ${JSON.stringify(event)}`);
      }
      return undefined;
    },
    close: () => session.dispose(),
  };
};
