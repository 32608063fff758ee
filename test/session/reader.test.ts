/** What a reader of an answer finds when it is woken by its end: room for its next question, also where there is one lane. */

import { expect, test } from 'vitest';
import { openSession } from '../../server/session/session.ts';
import { completeAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { createProvider } from '../support/provider.ts';

test.each(['named', 'silent', 'rejected'] as const)(
  'who asks again as soon as its answer has ended waits for nothing, lanes %s',
  async (lanes) => {
    const clock = virtualClock();
    let sent = 0;
    const provider = createProvider({ clock, random: () => 0.5, lanes });
    const session = openSession({
      endpoint: () => Promise.resolve({ url: 'wss://model.example/v1/responses', headers: {} }),
      model: { name: 'model-1', format: 'auto' },
      clock,
      random: () => 0.5,
      log: () => undefined,
      dial: async (...wanted) => {
        const dialled = await provider.dial(...wanted);
        if (dialled.kind === 'refused') return dialled;
        const { socket } = dialled;
        const send = (text: string): boolean => {
          sent++;
          return socket.send(text);
        };
        return { kind: 'open', socket: { ...socket, send } };
      },
      prewarm: () => 'never',
    });
    const { signal } = new AbortController();
    const sentAtOnce: boolean[] = [];
    const read = async (n: number): Promise<void> => {
      const before = sent;
      const answer = session.ask(completeAsk('let r1█'), signal);
      sentAtOnce.push(sent === before + 1);
      for await (const event of answer) if (event.kind === 'done' && n > 1) return read(n - 1);
    };
    const reading = read(8);
    let isOver = false;
    void reading.then(() => {
      isOver = true;
    });
    for (let turn = 0; turn < 2_000 && !isOver; turn++) {
      await new Promise(setImmediate);
      clock.advance(5);
    }
    await reading;
    // The first opens the connection, and the second may be the one that a server's ways are learnt by.
    expect(sentAtOnce.slice(2)).toEqual([true, true, true, true, true, true]);
    expect(provider.dials()).toBe(1);
    await session.dispose();
    expect(clock.pending()).toBe(0);
    expect(provider.violations).toEqual([]);
  },
);
