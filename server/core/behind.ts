/**
 * What need not be done before the reader of an answer goes on: it comes behind whoever is woken already, in order, and
 * before anything else that happens outside.
 *
 * A promise's job, not `queueMicrotask`: that one makes an async resource of Node's each time, which costs four times as
 * much where code is not optimised.
 */
export function behindReaders(act: () => void): void {
  void Promise.resolve().then(act);
}
