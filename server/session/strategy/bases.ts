/**
 * Bases: for each document in use the base its prompts begin with, and what happened to the document since.
 *
 *   none ──ahead, or asked──► current ◄──ready── next (being made, from newer text)
 *                                │ helps no more
 *                                └──► replaced by the one made for the ask
 *
 * Laws
 * - All asks about a document share its base, whatever is done with it: sent once and named, or sent each time. Only
 *   edits of a file too large for the usual base have a wide one of their own.
 * - A newer base is used when the server has it, not before: until then the old one is.
 * - Few documents have one; the one unused for longest loses its own first. A closed document has none.
 */

import {
  type Ask,
  type AskDocument,
  isSuggestion,
  type Region,
  type WorkspaceEvent,
} from '../../core/ask.ts';
import { noEdit } from '../../core/edit.ts';
import type { Base, Fork } from '../../core/prompt/base.ts';
import { focusOf } from '../../core/prompt/chat.ts';
import { baseAhead, baseWithin, forkWithin } from '../../core/prompt/fit.ts';
import type { Mirror } from '../mirror.ts';
import { cachedPrice } from './judge.ts';
import { follow, sinceOf, type Tracked } from './tracked.ts';

export interface BasesOptions {
  readonly mirror: Mirror;
  /** Tokens a base is made for before anything was asked. */
  readonly usualTokens: () => number;
  readonly tokensPerEstimate: () => number;
  /** It is used no more. */
  readonly dropped: (base: Base) => void;
}

export type Worded =
  | {
      readonly kind: 'worded';
      readonly base: Base;
      readonly fork: Fork;
      /** How often in a row the base there was had to be replaced for an ask; 0 where it did. */
      readonly missed: number;
    }
  | { readonly kind: 'too-large'; readonly tokens: number };

export interface Bases {
  tell(event: WorkspaceEvent): void;
  /** `afresh`: with a base of the text as it is now, also where there is one of an earlier text. */
  word(ask: Ask, how?: 'afresh'): Worded;
  /** The base of a document that is told, made now where there is none. */
  ahead(uri: string): Base | undefined;
  /** The base there is for most asks about a document. */
  of(uri: string): Base | undefined;
  /** Whether it is in use, or will be, for a document that is open. */
  uses(base: Base): boolean;
  /** Newer ones that are worth their price, to be given to the server; each at most once at a time. */
  renewals(): readonly Base[];
  /** The server has it. */
  ready(base: Base): void;
  /**
   * Whether a response may stand for it that has `beyond` code units more: it is in use, and its forks are cheap also
   * with what each of them reads beside it.
   */
  stands(base: Base, beyond: number): boolean;
  /** The server has it so. */
  stood(base: Base, beyond: number): void;
  /** It could not be given to the server. */
  failed(base: Base): void;
  /** Those in use, the newest used first. */
  inUse(): readonly Base[];
}

/** Documents that have a base: each takes one of the 32 lane names of a connection. */
const mostKept = 8;
/** As many forks are expected as there were, and no more than these: nobody goes on for ever. */
const mostExpected = 64;

/** The rest is for the fork. */
const mostOfUsual = 0.85;

/** Of a base: what an ask and its answer may have, to stand for the base with it. */
const mostBeyond = 0.25;

/** A setting that was raised; not a calibration that moved. */
const narrowness = 1.5;

interface Kept {
  readonly key: string;
  readonly uri: string;
  current: Tracked;
  next: Tracked | undefined;
  /** What the next one is made for. */
  focus: Region;
  context: Pick<Ask, 'snippets' | 'history' | 'contextTokens'>;
  forks: number;
  /** Characters the newest fork told anew, or had no room for. */
  drift: number;
  /** Code units that the server reads with each fork beside the base: an ask, and its answer. */
  beyond: number;
  missed: number;
}

export function createBases(options: BasesOptions): Bases {
  const { mirror, tokensPerEstimate, dropped } = options;
  /** What completions bring, once one was asked. */
  let completionTokens: number | undefined;
  const usualTokens = (): number => completionTokens ?? options.usualTokens();
  /** The newest used last. */
  const kept = new Map<string, Kept>();
  /** Where documents without a base were changed last. */
  const places = new Map<string, Region>();

  function keep(one: Kept): void {
    kept.delete(one.key);
    kept.set(one.key, one);
    while (kept.size > mostKept) {
      const [oldest] = kept.values();
      if (oldest) remove(oldest);
    }
  }

  function remove({ key, current, next }: Kept): void {
    kept.delete(key);
    dropped(current.base);
    if (next) dropped(next.base);
  }

  /** Whether completions have room for it too. */
  const isShareable = (base: Base): boolean =>
    isWhole(base) && base.tokens * tokensPerEstimate() <= usualTokens() * mostOfUsual;

  const fitted = (tokens: number): number => Math.floor(tokens / Math.max(1, tokensPerEstimate()));

  function find(ask: Ask): Kept | undefined {
    if (isSuggestion(ask)) completionTokens = ask.contextTokens;
    const usual = kept.get(keyOf(ask.document.uri, 'usual'));
    if (isSuggestion(ask) || (usual && isWhole(usual.current.base))) return usual;
    return kept.get(keyOf(ask.document.uri, 'wide'));
  }

  function track(base: Base, document: AskDocument): Tracked {
    return { base, since: mirror.has(document) ? noEdit : undefined };
  }

  function renewed(one: Kept): Base | undefined {
    const document = mirror.document(one.uri);
    if (!document) return undefined;
    const base = baseAhead({ ...one.context, document }, one.focus);
    const { text, shown } = one.current.base;
    const isSame = base?.text.value === text.value && isSameRegion(base.shown, shown);
    if (!base || (isSame && !isAlone(one))) return undefined;
    one.next = track(base, document);
    return base;
  }

  return {
    tell(event) {
      switch (event.kind) {
        case 'changed': {
          const last = event.edit.at(-1);
          const place = last && { start: last.start, end: last.start };
          if (place && !kept.has(keyOf(event.uri, 'usual'))) places.set(event.uri, place);
          for (const one of kept.values()) {
            if (one.uri !== event.uri) continue;
            if (place) one.focus = place;
            follow(one.current, event.edit);
            if (one.next) follow(one.next, event.edit);
          }
          return;
        }
        case 'opened':
        case 'closed': {
          const uri = event.kind === 'opened' ? event.document.uri : event.uri;
          places.delete(uri);
          for (const one of [...kept.values()]) if (one.uri === uri) remove(one);
          return;
        }
        case 'folders':
          return;
        default:
          event satisfies never;
      }
    },
    word(ask, how) {
      const one = find(ask);
      const { snippets, history } = ask;
      const known = one && sinceOf(one.current, ask.document, mirror);
      const fork =
        one && how === undefined && !isNarrow(one, fitted(ask.contextTokens))
          ? forkWithin(ask, one.current.base, { since: known, tokensPerEstimate: tokensPerEstimate() })
          : undefined;
      if (one && fork) {
        one.forks++;
        one.drift = fork.drift;
        one.missed = 0;
        one.focus = focusOf(ask);
        one.context = { ...one.context, snippets, history };
        keep(one);
        return { kind: 'worded', base: one.current.base, fork, missed: 0 };
      }
      const made = baseWithin(ask, tokensPerEstimate());
      if (made.kind === 'too-large') return made;
      const missed = (one?.missed ?? 0) + 1;
      if (one) remove(one);
      const size = isSuggestion(ask) || isShareable(made.base) ? 'usual' : 'wide';
      const { uri } = ask.document;
      keep({
        key: keyOf(uri, size),
        uri,
        current: track(made.base, ask.document),
        next: undefined,
        focus: focusOf(ask),
        context: {
          snippets,
          history,
          contextTokens: fitted(size === 'wide' ? ask.contextTokens : usualTokens()),
        },
        forks: 1,
        drift: 0,
        beyond: 0,
        missed,
      });
      return { kind: 'worded', base: made.base, fork: made.fork, missed };
    },
    ahead(uri) {
      const known = kept.get(keyOf(uri, 'usual'));
      if (known) return known.current.base;
      const document = mirror.document(uri);
      if (!document) return undefined;
      const focus = places.get(uri) ?? { start: 0, end: 0 };
      const context = { snippets: [], history: [], contextTokens: fitted(usualTokens()) };
      const base = baseAhead({ ...context, document }, focus);
      if (!base) return undefined;
      const current = track(base, document);
      const key = keyOf(uri, 'usual');
      places.delete(uri);
      keep({ key, uri, current, next: undefined, focus, context, forks: 0, drift: 0, beyond: 0, missed: 0 });
      return base;
    },
    of: (uri) => kept.get(keyOf(uri, 'usual'))?.current.base,
    uses: (base) =>
      mirror.knows(base.uri) &&
      [...kept.values()].some(({ current, next }) => current.base === base || next?.base === base),
    renewals() {
      const due = [...kept.values()].filter((one) => !one.next && (isAlone(one) || isDear(one)));
      return due.flatMap((one) => renewed(one) ?? []);
    },
    ready(base) {
      for (const one of kept.values()) {
        if (one.next?.base !== base) continue;
        dropped(one.current.base);
        one.current = one.next;
        one.next = undefined;
        one.forks = 0;
        one.drift = 0;
        one.beyond = 0;
      }
    },
    stands: (base, beyond) =>
      beyond <= base.characters * mostBeyond &&
      [...kept.values()].some(({ current }) => current.base === base),
    stood(base, beyond) {
      for (const one of kept.values()) if (one.current.base === base) one.beyond = beyond;
    },
    failed(base) {
      for (const one of kept.values()) if (one.next?.base === base) one.next = undefined;
    },
    inUse: () => [...kept.values()].map(({ current }) => current.base).reverse(),
  };
}

function keyOf(uri: string, size: 'usual' | 'wide'): string {
  return `${size} ${uri}`;
}

function isWhole({ shown, text }: Base): boolean {
  return shown.start === 0 && shown.end === text.value.length;
}

/** Whether it tells far less of a file than there is room for. */
function isNarrow({ current, context }: Kept, contextTokens: number): boolean {
  return !isWhole(current.base) && context.contextTokens * narrowness < contextTokens;
}

/** Whether it tells nothing of other files, which were not read yet when it was made. */
function isAlone({ current, context }: Kept): boolean {
  return current.base.snippets.length === 0 && context.snippets.length > 0;
}

function isDear({ drift, beyond, forks, current }: Kept): boolean {
  return (drift + beyond * cachedPrice) * Math.min(forks, mostExpected) > current.base.characters;
}

function isSameRegion(a: Region, b: Region): boolean {
  return a.start === b.start && a.end === b.end;
}
