/** Work: how many answers are under way, so that a gateway that is asked to end can let them finish. */

export interface Work {
  /** Something begins; what is returned says, once, that it is over. Nothing where nothing may begin any more. */
  begin(): (() => void) | undefined;
  /** From now on nothing begins. Settles when all that had begun is over. */
  drain(): Promise<void>;
}

export function createWork(): Work {
  let running = 0;
  let draining = false;
  let drained = (): void => undefined;
  const idle = new Promise<void>((resolve) => {
    drained = resolve;
  });
  return {
    begin() {
      if (draining) return undefined;
      running++;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        running--;
        if (draining && running === 0) drained();
      };
    },
    drain() {
      draining = true;
      if (running === 0) drained();
      return idle;
    },
  };
}
