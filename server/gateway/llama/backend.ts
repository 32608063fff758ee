/** A backend over a llama-server of one's own: asks wait while it starts, and learn why where it was given up. */

import type { ModelFailure } from '../../core/model.ts';
import type { Backend, BackendEvent } from '../backend.ts';
import type { LlamaProcess } from './process.ts';

/** `inner` asks the server that `llama` keeps running. Disposing ends both. */
export function llamaBackend(inner: Backend, llama: LlamaProcess): Backend {
  async function* whenReady(
    signal: AbortSignal,
    answer: () => Iterable<BackendEvent> | AsyncIterable<BackendEvent>,
  ): AsyncGenerator<BackendEvent, void, void> {
    const state = await llama.ready(signal);
    if (signal.aborted) return;
    if (state === 'ready') yield* answer();
    else
      yield { kind: 'failed', failure: { code: 'offline', message: state.message } satisfies ModelFailure };
  }

  const { converse } = inner;
  return {
    open: (document) => inner.open(document),
    change: (uri, version, edit) => inner.change(uri, version, edit),
    close: (uri) => inner.close(uri),
    folders: (folders, exclude) => inner.folders(folders, exclude),
    answer: (ask, signal) => whenReady(signal, () => inner.answer(ask, signal)),
    ...(converse
      ? {
          converse: (conversation, signal) =>
            whenReady(signal, () => converse.call(inner, conversation, signal)),
        }
      : {}),
    async warm(what, signal) {
      if ((await llama.ready(signal)) === 'ready') await inner.warm?.(what, signal);
    },
    async models(signal) {
      return (await llama.ready(signal)) === 'ready' ? inner.models(signal) : [];
    },
    async dispose() {
      await inner.dispose();
      await llama.dispose();
    },
  };
}
