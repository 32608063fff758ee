/** What `whittle/status` tells beside the session's own state: how suggestions fared and why nothing was shown. */

import type { AnswerEvent } from '../core/model.ts';
import type { InlineOutcome, SilenceReason } from '../core/suggestion.ts';

export interface Tally {
  outcome(outcome: InlineOutcome, tookMs: number): void;
  accepted(): void;
  rejected(): void;
  /** Words or lines of it were taken. */
  partlyAccepted(): void;
  /** What became of an accepted one, half a minute later. */
  fate(fate: 'kept' | 'changed'): void;
  answered(done: Pick<Extract<AnswerEvent, { kind: 'done' }>, 'timing' | 'metadata'>): void;
  read(): TallyReport;
}

export interface TallyReport {
  readonly shown: number;
  readonly fromCache: number;
  readonly silent: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly partlyAccepted: number;
  /** Of the accepted ones, those that still stood half a minute later; those that did not. */
  readonly kept: number;
  readonly changed: number;
  /** The model still reads the workspace and may know more soon. */
  readonly learning?: boolean;
  readonly lastSilence?: SilenceReason;
  /** Milliseconds inside the server for the last inline completion. */
  readonly lastLatencyMs?: number;
  /** Milliseconds from the wish to each step, of the last model answer. */
  readonly lastAnswer?: Readonly<Record<'sent' | 'created' | 'firstText' | 'done', number | undefined>>;
}

/** `changed`: what `read` gives is another. */
export function createTally(changed: () => void = () => {}): Tally {
  let report: TallyReport = {
    shown: 0,
    fromCache: 0,
    silent: 0,
    accepted: 0,
    rejected: 0,
    partlyAccepted: 0,
    kept: 0,
    changed: 0,
  };
  const put = (next: TallyReport): void => {
    report = next;
    changed();
  };
  return {
    outcome(outcome, tookMs) {
      const lastLatencyMs = Math.round(tookMs * 100) / 100;
      put(
        outcome.kind === 'shown'
          ? {
              ...report,
              lastLatencyMs,
              shown: report.shown + 1,
              fromCache: report.fromCache + Number(outcome.from === 'cache'),
            }
          : { ...report, lastLatencyMs, silent: report.silent + 1, lastSilence: outcome.reason },
      );
    },
    accepted() {
      put({ ...report, accepted: report.accepted + 1 });
    },
    rejected() {
      put({ ...report, rejected: report.rejected + 1 });
    },
    partlyAccepted() {
      put({ ...report, partlyAccepted: report.partlyAccepted + 1 });
    },
    fate(fate) {
      put({ ...report, [fate]: report[fate] + 1 });
    },
    answered({ timing: { queued, sent, created, firstText, done }, metadata }) {
      const since = (at: number | undefined) =>
        at === undefined ? undefined : Math.round((at - queued) * 100) / 100;
      put({
        ...report,
        learning: metadata.indexing === 'true',
        lastAnswer: {
          sent: since(sent),
          created: since(created),
          firstText: since(firstText),
          done: since(done),
        },
      });
    },
    read: () => report,
  };
}
