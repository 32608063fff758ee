/** What a session measured of itself: where the time of each request went, and what it cost. */

import type { Ask } from './ask.ts';
import type { ModelFailureCode } from './model.ts';

export interface Measured {
  /** Requests under way that somebody waits for. */
  readonly running: number;
  /** The newest requests that have ended, oldest first; bounded. */
  readonly records: readonly RequestRecord[];
  /** The last of them. */
  readonly newest: RequestRecord | undefined;
  readonly ledger: Ledger;
  /** Learnt from earlier answers; absent where nothing was learnt yet. */
  readonly speeds: Speeds;
}

export interface RequestRecord {
  /** When it was asked for, in milliseconds of the session's clock. */
  readonly at: number;
  readonly task: Ask['task'];
  /** `AskContext.request` of its ask. */
  readonly request?: number;
  /** `left`: its reader had heard enough before the end. */
  readonly outcome: 'completed' | 'incomplete' | 'left' | ModelFailureCode;
  /** Milliseconds since it was asked for (`queued`); absent where a step did not happen. */
  readonly ms: RequestSteps;
  /** What its sizes let expect at the speeds learnt before it, in milliseconds since it was asked for. */
  readonly expectedMs?: { readonly firstText: number; readonly lastText: number };
  /** Absent where nothing of it was sent, or its server has not told yet. */
  readonly tokens?: RequestTokens;
}

export interface RequestSteps {
  readonly sent?: number;
  readonly created?: number;
  readonly firstText?: number;
  readonly lastText?: number;
  readonly done?: number;
  /** An edit had landed, or ghost text was given to the editor. */
  readonly applied?: number;
}

export interface RequestTokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** `server`: as it told; `estimate`: it never did. */
  readonly by: 'server' | 'estimate';
}

export interface Ledger {
  /** Tokens sent and got; `cached` are those of `input` that the server had kept. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** Of these, what answers cost that were abandoned, superseded or lost. */
  readonly wasted: number;
  /** Of these, what no server told and is estimated. */
  readonly estimated: number;
  /** US dollars, where prices are set. */
  readonly dollars?: number;
}

export interface Speeds {
  /** From sending to the first sign of the server. */
  readonly networkMs?: number;
  /** From there to the first text, whatever the request's size. */
  readonly startMs?: number;
  /** For each token that the server had not kept. */
  readonly msPerInputToken?: number;
  readonly msPerOutputToken?: number;
}

export const emptyLedger: Ledger = { input: 0, cached: 0, output: 0, wasted: 0, estimated: 0 };

export function addLedgers(a: Ledger, b: Ledger): Ledger {
  const known = a.dollars !== undefined || b.dollars !== undefined;
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    wasted: a.wasted + b.wasted,
    estimated: a.estimated + b.estimated,
    ...(known ? { dollars: (a.dollars ?? 0) + (b.dollars ?? 0) } : {}),
  };
}

/** A record in one line of a log or a terminal. */
export function describeRecord({ task, outcome, ms, expectedMs, tokens }: RequestRecord): string {
  const steps = [
    step('sent', ms.sent),
    step('created', ms.created),
    step('first text', ms.firstText, expectedMs?.firstText),
    step('last text', ms.lastText, expectedMs?.lastText),
    step('done', ms.done),
    step('applied', ms.applied),
  ].filter((each) => each !== '');
  const cost =
    tokens &&
    `${tokens.input} tokens in (${tokens.cached} cached), ${tokens.output} out${tokens.by === 'estimate' ? ', estimated' : ''}`;
  const time = steps.length > 0 ? `${steps.join(', ')} ms` : 'never sent';
  return `${taskWords[task]}, ${outcomeWords[outcome]}: ${time}${cost ? `; ${cost}` : ''}`;
}

const taskWords: Readonly<Record<RequestRecord['task'], string>> = {
  complete: 'completion',
  edit: 'edit',
  fix: 'fix',
  review: 'review',
  nextEdit: 'next edit',
};

const outcomeWords: Readonly<Record<RequestRecord['outcome'], string>> = {
  completed: 'answered whole',
  incomplete: 'cut short by its server or by its limit',
  left: 'left when enough of it was read',
  cancelled: 'cancelled',
  disposed: 'ended by shutting down',
  offline: 'model out of reach',
  barred: 'the way to the model barred',
  unauthorized: 'refused for its key',
  'not-found': 'no such model or address',
  busy: 'refused by a busy server',
  limit: 'not sent for a limit of the settings',
  excluded: 'not sent as its file is excluded',
  rejected: 'rejected by its server',
  unsupported: 'not supported by its server',
  model: 'failed in the model',
  protocol: 'answered with what cannot be read',
};

function step(name: string, ms: number | undefined, expected?: number): string {
  if (ms === undefined) return '';
  return `${name} ${ms.toFixed(1)}${expected === undefined ? '' : ` (expected ${expected.toFixed(1)})`}`;
}
