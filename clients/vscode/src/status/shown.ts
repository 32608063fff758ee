/** What the status bar says of the state the server told: a word or two, and on hovering a sentence. */

import { boolean, number, object, optional, string } from '../../../../server/lsp/params.ts';

/** As `whittle/status` tells it; what a server of another version leaves out is not there. */
export interface Told {
  readonly state: string;
  readonly enabled: boolean;
  /** Of what is in the way. */
  readonly message?: string | undefined;
  readonly model?: string | undefined;
  /** Requests whose answer is awaited. */
  readonly running?: number | undefined;
  /** When it was told. */
  readonly snoozedMs?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly background: 'none' | 'warning' | 'error';
  /** In how many milliseconds it reads otherwise by itself. */
  readonly changesInMs?: number;
}

/** Throws `Malformed`. */
export function readTold(value: unknown): Told {
  const told = object(value, 'status');
  return {
    state: string(told.state, 'state'),
    enabled: boolean(told.enabled, 'enabled'),
    message: optional(string)(told.message, 'message'),
    model: optional(string)(told.model, 'model'),
    running: optional(number)(told.running, 'running'),
    snoozedMs: optional(number)(told.snoozedMs, 'snoozedMs'),
    retryAfterMs: optional(number)(told.retryAfterMs, 'retryAfterMs'),
  };
}

export const starting: Shown = shown('$(loading~spin) Whittle', 'Whittle is starting.');

export const stopped: Shown = shown('$(error) Whittle', 'Whittle does not run.', 'error');

/** `elapsedMs` after it was told. */
export function show(told: Told, elapsedMs: number): Shown {
  const { state, message = '', model = '' } = told;
  if (!told.enabled) return shown('$(circle-slash) Whittle: off', 'Whittle is switched off.');
  const snoozedMs = (told.snoozedMs ?? 0) - elapsedMs;
  if (snoozedMs > 0) {
    const minutes = Math.ceil(snoozedMs / minute);
    return {
      ...shown(`$(bell-slash) Whittle: ${minutes} min`, `Whittle is silent for another ${minutes} min.`),
      changesInMs: snoozedMs - (minutes - 1) * minute,
    };
  }
  const waitMs = (told.retryAfterMs ?? 0) - elapsedMs;
  if ((state === 'busy' || state === 'waiting' || state === 'failed') && waitMs > 0) {
    const seconds = Math.ceil(waitMs / second);
    const why = state === 'busy' ? 'model busy, next try' : 'next try';
    return {
      ...shown(`$(warning) Whittle: ${why} in ${spoken(seconds)}`, message, 'warning'),
      changesInMs: waitMs - (seconds - 1) * second,
    };
  }
  if (state === 'failed') return shown('$(error) Whittle', message, 'error');
  if (state === 'busy' || state === 'waiting')
    return shown('$(warning) Whittle: model busy', message, 'warning');
  const named = model === '' ? 'Whittle' : `Whittle with ${model}`;
  if (state === 'connecting') return shown('$(loading~spin) Whittle', `${named} is connecting.`);
  if ((told.running ?? 0) > 0) return shown('$(loading~spin) Whittle', `${named} is asking.`);
  return shown('$(sparkle) Whittle', `${named} is ready.`);
}

const second = 1000;
const minute = 60 * second;

function shown(text: string, tooltip: string, background: Shown['background'] = 'none'): Shown {
  return { text, tooltip, background };
}

function spoken(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
