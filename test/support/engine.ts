/** A tiny engine that says what it was asked, for tests of everything in front of the real one. */

import type { AskDocument, NextEditAsk } from '../../server/core/ask.ts';
import { apply, type Edit } from '../../server/core/edit.ts';
import type { Engine, EngineAnswer } from '../../server/engine/engine.ts';

export interface EchoEngine extends Engine {
  /** Texts by uri, as the engine was told them. */
  readonly documents: ReadonlyMap<string, AskDocument>;
  readonly folderCalls: readonly (readonly string[])[];
}

/**
 * Completes with the cursor's line in capitals; a line that begins with `//` chooses another answer: `// silent`,
 * `// two`, `// throw`. An instruction `cannot` is refused, any other becomes the region's text. The next edit of a
 * line that begins with `next` is that line in capitals.
 */
export function echoEngine(): EchoEngine {
  const documents = new Map<string, AskDocument>();
  const folderCalls: (readonly string[])[] = [];
  return {
    documents,
    folderCalls,
    open(document) {
      documents.set(document.uri, document);
    },
    change(uri, version, edit: Edit) {
      const before = documents.get(uri);
      if (before) documents.set(uri, { ...before, version, text: apply(before.text, edit) });
    },
    close(uri) {
      documents.delete(uri);
    },
    folders(folders) {
      folderCalls.push(folders);
    },
    answer(ask): EngineAnswer {
      if (ask.task === 'nextEdit') return nextOf(ask);
      if (ask.task !== 'complete') {
        if (ask.task === 'edit' && ask.instruction === 'cannot')
          return { kind: 'cannot', message: 'Only edits that are known.' };
        const text = ask.task === 'edit' ? ask.instruction : 'fixed';
        return { kind: 'edit', edit: [{ ...ask.region, text }], summary: `Say ${text}` };
      }
      const line = ask.document.text.slice(
        ask.document.text.lastIndexOf('\n', ask.cursor - 1) + 1,
        ask.cursor,
      );
      if (line === '// throw') throw new Error('the engine has a bug');
      if (line === '// silent') return { kind: 'silent', reason: 'low-confidence' };
      const first = { text: line.toUpperCase(), confidence: 0.875 };
      return {
        kind: 'suggestions',
        items: line === '// two' ? [first, { text: 'other', confidence: 0.5 }] : [first],
      };
    },
    status: () => ({ indexing: false, files: 0, tokens: 0 }),
    dispose: () => Promise.resolve(),
  };
}

function nextOf({ document: { text }, region }: NextEditAsk): EngineAnswer {
  const line = /^next.*$/m.exec(text.slice(region.start, region.end));
  if (!line) return { kind: 'silent', reason: 'nothing-to-say' };
  const start = region.start + line.index;
  const edit = [{ start, end: start + line[0].length, text: line[0].toUpperCase() }];
  return { kind: 'edit', edit, summary: 'Say it loud' };
}
