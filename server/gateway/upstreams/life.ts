/**
 * Life of one request: it ends with its caller's signal or with the client that makes it. A listener of its own instead
 * of a joined signal, which costs more than all else that is done before a request is out.
 */

export interface Life {
  /** Whether it was ended from outside. */
  ended(): boolean;
  /** Told once, when it is ended; at once where it is already. */
  onEnd(listener: () => void): void;
  /** Nothing of it is left. */
  over(): void;
}

/** `running` holds what ends each that runs. */
export function startLife(signal: AbortSignal, running: Set<() => void>, isEnded: boolean): Life {
  let ended = isEnded || signal.aborted;
  let listener = (): void => undefined;
  const end = (): void => {
    if (ended) return;
    ended = true;
    listener();
  };
  if (!ended) {
    running.add(end);
    signal.addEventListener('abort', end);
  }
  return {
    ended: () => ended,
    onEnd(told) {
      listener = told;
      if (ended) told();
    },
    over() {
      running.delete(end);
      signal.removeEventListener('abort', end);
    },
  };
}
