/** Dials of a model server in memory that wait until a test settles them, oldest first. */

import type { Dial, Dialled, Refusal, SocketHandlers } from '../../server/session/socket.ts';

export interface WaitingDials {
  readonly dial: Dial;
  count(): number;
  /** Opens the oldest one, or refuses it; whether there was one. */
  accept(): boolean;
  refuse(refusal: Refusal): boolean;
}

export function waitingDials(open: (handlers: SocketHandlers) => Dialled): WaitingDials {
  const waiting: { readonly handlers: SocketHandlers; settle(dialled: Dialled): void }[] = [];
  return {
    dial: (_endpoint, { handlers }, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve({ kind: 'refused', refusal: { kind: 'aborted' } });
        const entry = {
          handlers,
          settle(dialled: Dialled) {
            const at = waiting.indexOf(entry);
            if (at === -1) return;
            waiting.splice(at, 1);
            signal.removeEventListener('abort', onAbort);
            resolve(dialled);
          },
        };
        const onAbort = (): void => entry.settle({ kind: 'refused', refusal: { kind: 'aborted' } });
        waiting.push(entry);
        signal.addEventListener('abort', onAbort);
      }),
    count: () => waiting.length,
    accept() {
      const [entry] = waiting;
      entry?.settle(open(entry.handlers));
      return entry !== undefined;
    },
    refuse(refusal) {
      const [entry] = waiting;
      entry?.settle({ kind: 'refused', refusal });
      return entry !== undefined;
    },
  };
}
