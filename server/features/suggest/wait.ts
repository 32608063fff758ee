/** Waiting for more of an answer. */

/** What else ends a wait. */
export interface Waits {
  readonly signal: AbortSignal;
  /** Done beside the answer. */
  readonly beside: Promise<unknown> | undefined;
}

/** Until there is more of the answer, it has ended, nobody waits any more, or what is done beside it is done. */
export async function progressOf(
  pursuit: { progress(): Promise<unknown> },
  { signal, beside }: Waits,
): Promise<'aborted' | 'progress' | 'beside'> {
  let stop = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop);
  });
  const others = beside ? [beside.then(() => 'beside' as const)] : [];
  try {
    return await Promise.race([aborted, pursuit.progress().then(() => 'progress' as const), ...others]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
