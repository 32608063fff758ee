import type { Pursuit } from './pursuit.ts';

/** Until there is more of the answer, it has ended, or nobody waits any more. */
export async function progressOrAbort(
  pursuit: Pursuit,
  signal: AbortSignal,
): Promise<'aborted' | 'progress'> {
  let stop = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([aborted, pursuit.progress().then(() => 'progress' as const)]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
