/**
 * The embedded engine as a backend. An edit travels in offsets (`core/formats/offsets.ts`), a refusal in words (`metadata.reason` where
 * it was understood and there is nothing to do),
 * silence as an empty answer with its reason in `metadata.silence`; confidence as `metadata.confidence`, for
 * further candidates `confidence.1`, …; `metadata.indexing` is `true` while the workspace is still being read.
 */

import type { Ask } from '../core/ask.ts';
import { offsetsFormat, writeOffsets } from '../core/formats/offsets.ts';
import type { Engine, EngineAnswer } from '../engine/engine.ts';
import type { Backend, BackendEvent } from './backend.ts';

/** Providers allow this many characters in a metadata value; ours keep to it. */
const longestMetadata = 512;

export function engineBackend(engine: Engine): Backend {
  return {
    open: (document) => engine.open(document),
    change: (uri, version, edit) => engine.change(uri, version, edit),
    close: (uri) => engine.close(uri),
    folders: (folders, exclude) =>
      engine.folders(
        folders.map(({ path }) => path),
        exclude,
      ),
    answer: (ask: Ask) => {
      const answered = answerEvents(engine.answer(ask));
      return engine.status().indexing ? answered.map(whileLearning) : answered;
    },
    models: () => Promise.resolve(['embedded']),
    dispose: () => engine.dispose(),
  };
}

function answerEvents(answer: EngineAnswer): readonly BackendEvent[] {
  switch (answer.kind) {
    case 'suggestions': {
      const texts = answer.items.map(
        ({ text }, candidate): BackendEvent => ({ kind: 'text', candidate, text }),
      );
      const confidences = answer.items.map(({ confidence }, i) => [
        i === 0 ? 'confidence' : `confidence.${i}`,
        confidence.toFixed(4),
      ]);
      return [...texts, completed(Object.fromEntries(confidences))];
    }
    case 'edit':
      return [
        { kind: 'text', candidate: 0, text: writeOffsets(answer.edit) },
        completed({ format: offsetsFormat, summary: answer.summary.slice(0, longestMetadata) }),
      ];
    case 'cannot':
      return [
        { kind: 'refusal', text: answer.message },
        completed({ reason: answer.reason ?? 'unsupported' }),
      ];
    case 'silent':
      return [completed({ silence: answer.reason })];
    default:
      return answer satisfies never;
  }
}

/** Says that a later answer may know more: the workspace is still being read. */
function whileLearning(event: BackendEvent): BackendEvent {
  return event.kind === 'end' ? { ...event, metadata: { ...event.metadata, indexing: 'true' } } : event;
}

function completed(metadata: Readonly<Record<string, string>>): BackendEvent {
  return { kind: 'end', outcome: 'completed', metadata };
}
