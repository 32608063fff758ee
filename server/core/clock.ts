/** Time as a parameter: `main` passes the machine's, tests pass a virtual one. */
export interface Clock {
  /** Milliseconds that only ever grow; where they began means nothing. */
  now(): number;
  /** Calls back once, no sooner than `ms` from now. The returned function takes that back. */
  after(ms: number, callback: () => void): () => void;
}
