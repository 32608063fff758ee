/**
 * The embedded engine, put together: open documents, what the workspace holds, and answers to asks.
 *
 * Laws
 * - `answer` is synchronous and depends only on the ask, the open documents and what is indexed so far.
 * - After `dispose` nothing runs and nothing is held.
 */

import type { Ask, AskDocument, EditAsk, FixAsk } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';
import { normalise } from '../core/edit.ts';
import { spelledFix } from '../core/fix/spelled.ts';
import { lengthOf } from '../core/text.ts';
import { answerComplete } from './answer-complete.ts';
import type { Corpus, Engine, EngineAnswer, EngineStatus, Store } from './engine.ts';
import { indexWorkspace } from './indexer.ts';
import { follow } from './instruct/instruction.ts';
import { fixesOf } from './instruct/problems.ts';
import { defaultLimits, Knowledge, type Limits } from './knowledge.ts';
import { pathOf } from './language.ts';
import { Mirror } from './mirror.ts';
import { repeatEdit } from './repeat-edit.ts';

export interface EngineOptions {
  readonly corpus: Corpus;
  readonly store: Store;
  readonly log?: (message: string) => void;
  /** Lets other work go first; settles when the engine may go on. Called between pieces of a few milliseconds. */
  readonly pause: () => Promise<void>;
  readonly limits?: Partial<Limits>;
}

export function createEngine(options: EngineOptions): Engine {
  const limits = { ...defaultLimits, ...options.limits };
  let knowledge = new Knowledge(limits);
  let mirrors = new Map<string, Mirror>();
  let indexing: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  let indexed = '';
  /** The document asked about last: what was typed in it is learned for the others when another is asked about. */
  let active: Mirror | undefined;

  function mirrorOf(document: AskDocument): Mirror {
    const known = mirrors.get(document.uri);
    if (!known) return new Mirror(document, knowledge.vocabulary);
    // The ask is whole and right; a mirror that missed a change catches up.
    if (known.version !== document.version || lengthOf(known.text) !== document.text.length) {
      known.become(document.version, document.text);
    }
    return known;
  }

  function activate(mirror: Mirror): void {
    if (active === mirror) return;
    if (active && mirrors.get(active.uri) === active) knowledge.learnOpen(active);
    active = mirror;
    // Its copy in the archive would count what the window counts, and as it was before.
    knowledge.forgetOpen(mirror);
  }

  function edited(ask: EditAsk): EngineAnswer {
    return follow(ask, { path: pathOf(ask.document), exportsOf: (name) => knowledge.exportsOf(name) });
  }

  function fixed(ask: FixAsk): EngineAnswer {
    const { text } = ask.document;
    const known = {
      text,
      path: pathOf(ask.document),
      exportsOf: (name: string) => knowledge.exportsOf(name),
    };
    const edit = normalise(text, fixesOf(ask.targets, known));
    if (edit.length === 0) return { kind: 'cannot', message: unfixable(ask) };
    const first = ask.targets
      .map((diagnostic) => spelledFix({ diagnostic, ...known }))
      .find((fix) => fix !== undefined);
    const summary = ask.targets.length === 1 && first ? first.summary : 'Fix what the diagnostics spell out';
    return { kind: 'edit', edit, summary };
  }

  return {
    open(document) {
      const mirror = new Mirror(document, knowledge.vocabulary);
      mirrors.set(document.uri, mirror);
      knowledge.learnOpen(mirror);
    },
    change(uri: string, version: number, edit: Edit) {
      mirrors.get(uri)?.change(version, edit);
    },
    close(uri) {
      const mirror = mirrors.get(uri);
      mirrors.delete(uri);
      if (mirror) knowledge.forgetOpen(mirror);
      if (active === mirror) active = undefined;
    },
    folders(folders, exclude) {
      indexing?.abort();
      const controller = new AbortController();
      const { signal } = controller;
      indexing = controller;
      running = running.then(async () => {
        if (signal.aborted) return;
        // Other folders or rules: what they may no longer hold must be forgotten.
        const wanted = JSON.stringify([folders, exclude]);
        if (indexed !== '' && indexed !== wanted) renew();
        indexed = wanted;
        try {
          await indexWorkspace(knowledge, options, { folders, exclude, signal });
        } catch (error) {
          options.log?.(`The workspace could not be indexed to its end: ${String(error)}`);
        } finally {
          if (indexing === controller) indexing = undefined;
        }
      });
    },
    answer(ask: Ask): EngineAnswer {
      switch (ask.task) {
        case 'complete': {
          const mirror = mirrorOf(ask.document);
          activate(mirror);
          return answerComplete(knowledge, mirror, ask);
        }
        case 'edit':
          return edited(ask);
        case 'fix':
          return fixed(ask);
        case 'review':
          return { kind: 'cannot', message: noReview };
        case 'nextEdit':
          return repeatEdit(ask);
        default:
          return ask satisfies never;
      }
    },
    status(): EngineStatus {
      const files = knowledge.workspace.files.length;
      return { indexing: indexing !== undefined, files, tokens: knowledge.symbols };
    },
    async dispose() {
      indexing?.abort();
      await running;
      mirrors = new Map();
      active = undefined;
      knowledge = new Knowledge({ symbols: 1, openSymbols: 1, fileSymbols: 1 });
    },
  };

  function renew(): void {
    knowledge = new Knowledge(limits);
    for (const [uri, { path, languageId, version, text }] of mirrors) {
      const mirror = new Mirror({ uri, path, languageId, version, text: text.value }, knowledge.vocabulary);
      mirrors.set(uri, mirror);
      knowledge.learnOpen(mirror);
    }
    active = undefined;
  }
}

const noReview =
  'The embedded engine cannot review code; set `edit.model` to a model that follows instructions.';

function unfixable(ask: FixAsk): string {
  const message = ask.targets[0]?.message.replace(/\s+/g, ' ') ?? '';
  const said = message.length > 80 ? `${message.slice(0, 77)}...` : message;
  return `The embedded engine makes only fixes that a diagnostic spells out, and "${said}" does not; set model.url to a model that can work it out.`;
}
