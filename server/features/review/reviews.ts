/**
 * Reviews: a model reads a file, a part of it or what changed since the last commit, and what it finds is shown as
 * diagnostics while it still reads. Each finding can be put right or dismissed by a code action.
 *
 * Laws
 * - Every review ends with one outcome; the first reason to end holds. Of one document one review runs: the newest.
 * - What an earlier review found in the same lines is replaced by the first finding of the newer, or by its end.
 * - What is shown follows the text: soon after a change the diagnostics are told anew where they stand now.
 */

import type { Region, ReviewAsk } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import type { ModelSession } from '../../core/model.ts';
import { type Finding, findingReader } from '../../core/review/findings.ts';
import { placeFinding } from '../../core/review/place-finding.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { ContextOf } from '../context.ts';
import type { Editor, Progress, ProgressToken } from '../editor.ts';
import type { Called } from '../edits/edits.ts';
import {
  type EditOutcome,
  type Failure,
  failure,
  fromModel,
  refused,
  switchedOff,
} from '../edits/outcome.ts';
import type { Runs } from '../edits/run.ts';
import type { Tally } from '../tally.ts';
import { createStandingFindings, type StandingFinding } from './standing.ts';

export type ReviewOutcome =
  | { readonly ok: true; readonly edits: 0; readonly files: 0; readonly findings: number }
  | Failure;

export interface ReviewWish {
  /** The whole document where it is left out. */
  readonly region?: Region;
  readonly what: 'everything' | 'changes';
}

export interface Reviews {
  start(called: Called, wish: ReviewWish): Promise<ReviewOutcome>;
  /** The newest without a token; whether there was one. */
  cancel(token?: ProgressToken): boolean;
  running(uri: string): readonly { readonly token: ProgressToken; readonly title: string }[];
  /** Those that touch the range, in the snapshot's coordinates. */
  within(snapshot: Snapshot, start: number, end: number): readonly StandingFinding[];
  /** Does what the finding proposes. */
  fix(called: Called, id: string): Promise<EditOutcome>;
  /** Whether it was known. */
  dismiss(id: string): boolean;
  changed(uri: string): void;
  closed(uri: string): void;
  /** On or off may be another for some document: what is under way where it is off ends. */
  switched(): void;
  dispose(): void;
}

export interface ReviewParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly editor: Editor;
  readonly context: ContextOf;
  readonly contextTokens: () => number;
  readonly runs: Runs;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The sentence why nothing is done in this document, while it is switched off. */
  readonly off: (snapshot: Snapshot) => string | undefined;
  /** Regions that are new since the last commit; nothing where there is no commit to compare with. */
  readonly changesSinceHead: (
    snapshot: Snapshot,
    signal: AbortSignal,
  ) => Promise<readonly Region[] | undefined>;
}

interface Running {
  readonly uri: string;
  readonly token: ProgressToken;
  readonly title: string;
  readonly stop: AbortController;
  ending: Failure | undefined;
}

const maxOutputTokens = 4096;
/** A burst of keys is told once. */
const tellAfterMs = 250;

export function createReviews(parts: ReviewParts): Reviews {
  const { documents, session, editor, runs, clock } = parts;
  const findings = createStandingFindings(documents, parts.newId);
  const shown = new Set<string>();
  const waiting = new Map<string, () => void>();
  let running: readonly Running[] = [];

  function tell(uri: string): void {
    waiting.get(uri)?.();
    waiting.delete(uri);
    const snapshot = documents.get(uri);
    const own = snapshot ? findings.of(uri) : [];
    if (own.length === 0 && !shown.delete(uri)) return;
    if (own.length > 0) shown.add(uri);
    editor.showFindings(uri, snapshot, own);
  }

  function end(review: Running, reason: Failure): void {
    review.ending ??= reason;
    review.stop.abort();
  }

  async function regionsOf(
    snapshot: Snapshot,
    wish: ReviewWish,
    signal: AbortSignal,
  ): Promise<readonly Region[] | undefined> {
    return wish.what === 'changes' ? await parts.changesSinceHead(snapshot, signal) : undefined;
  }

  async function review(
    own: Running,
    snapshot: Snapshot,
    wish: ReviewWish,
    progress: Progress,
  ): Promise<ReviewOutcome> {
    const region = wish.region ?? { start: 0, end: snapshot.text.value.length };
    const changes = await regionsOf(snapshot, wish, own.stop.signal);
    if (changes?.length === 0)
      return failure('nothing-to-change', 'Nothing changed here since the last commit.');
    const limits = { tokens: parts.contextTokens(), maxOutputTokens, focus: region.start };
    const ask: ReviewAsk = {
      ...parts.context(snapshot, limits),
      task: 'review',
      region,
      ...(changes ? { changes } : {}),
    };
    const reader = findingReader();
    const earlier = new Set(
      findings
        .of(snapshot.uri)
        .filter((finding) => touches(finding, region))
        .map(({ id }) => id),
    );
    let found = 0;
    let refusal = '';
    const take = (finding: Finding) => {
      const placed = placeFinding(snapshot.text, finding, region);
      findings.remove(({ id }) => earlier.has(id));
      if (!placed || !findings.add(snapshot, placed)) return;
      found++;
      progress.report(placed.message);
      tell(snapshot.uri);
    };
    for await (const event of session.ask(ask, own.stop.signal)) {
      if (event.kind === 'text') reader.push(event.text).forEach(take);
      else if (event.kind === 'refusal') refusal += event.text;
      else if (event.kind === 'failed') return fromModel(event.failure);
      else if (event.kind === 'done') {
        parts.tally.answered(event);
        if (refusal !== '') return refused(refusal, event.metadata);
      }
    }
    reader.finish().forEach(take);
    findings.remove(({ id }) => earlier.has(id));
    tell(snapshot.uri);
    return { ok: true, edits: 0, files: 0, findings: found };
  }

  return {
    async start({ uri, token, origin }, wish) {
      const snapshot = documents.get(uri);
      if (!snapshot) return failure('not-found', `${uri} is not open in the editor; open it first.`);
      const off = parts.off(snapshot);
      if (off !== undefined) return failure('refused', off);
      const title = wish.what === 'changes' ? 'Review of the changes' : 'Review';
      const own: Running = { uri, token, title, stop: new AbortController(), ending: undefined };
      for (const other of running) if (other.uri === uri) end(other, superseded);
      running = [own, ...running];
      const progress = editor.progress(token, title, origin);
      let last = 'It failed inside Whittle.';
      try {
        const outcome = await review(own, snapshot, wish, progress);
        const ended = own.ending ?? outcome;
        last = ended.ok ? counted(ended.findings) : ended.message;
        return ended;
      } finally {
        running = running.filter((other) => other !== own);
        progress.end(last);
      }
    },
    cancel(token) {
      const found = running.find((each) => !each.ending && (token === undefined || each.token === token));
      if (found) end(found, cancelledByUser);
      return found !== undefined;
    },
    running: (uri) => running.filter((each) => !each.ending && each.uri === uri),
    within: ({ uri }, start, end) => findings.of(uri).filter((finding) => touches(finding, { start, end })),
    async fix(called, id) {
      const finding = findings.find(id);
      const snapshot = finding && documents.get(finding.uri);
      if (!finding || !snapshot || finding.fix.length === 0) return findingGone;
      const title = `Fix: ${finding.message}`;
      const outcome = await runs.start({ ...called, title, snapshot }, { kind: 'edit', edit: finding.fix });
      if (outcome.ok) findings.remove((each) => each.id === id);
      tell(finding.uri);
      return outcome;
    },
    dismiss(id) {
      const finding = findings.find(id);
      if (!finding) return false;
      findings.remove((each) => each.id === id);
      tell(finding.uri);
      return true;
    },
    changed(uri) {
      if (!shown.has(uri) || waiting.has(uri)) return;
      waiting.set(
        uri,
        clock.after(tellAfterMs, () => tell(uri)),
      );
    },
    closed(uri) {
      for (const each of running) if (each.uri === uri) end(each, documentClosed);
      findings.remove((finding) => finding.uri === uri);
      tell(uri);
    },
    switched() {
      for (const each of running) {
        const snapshot = documents.get(each.uri);
        if (snapshot && parts.off(snapshot) !== undefined) end(each, switchedOff);
      }
    },
    dispose() {
      for (const each of running) end(each, cancelledByUser);
      for (const takeBack of waiting.values()) takeBack();
      waiting.clear();
    },
  };
}

const superseded = failure('superseded', 'Another review of this file was asked for, which goes on instead.');
const cancelledByUser = failure('cancelled', 'The review was cancelled.');
const documentClosed = failure('conflict', 'The document was closed before the review was done.');
const findingGone = failure('not-found', 'This finding is gone: its lines were changed since.');

function touches(a: Region, b: Region): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function counted(findings: number): string {
  if (findings === 0) return 'found nothing';
  return findings === 1 ? '1 finding' : `${findings} findings`;
}
