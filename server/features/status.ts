/** What a user is shown of the state of things: in full for `whittle.status`, in short for `whittle/status`. */

import { describeRecord } from '../core/measured.ts';
import type { ModelSession, SessionStatus } from '../core/model.ts';
import { silenceReasons } from '../core/suggestion.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { Announcement } from './announcer.ts';
import type { Switch } from './switch.ts';
import type { Tally } from './tally.ts';

export interface StatusParts {
  readonly session: Pick<ModelSession, 'status'>;
  readonly settings: () => Settings;
  readonly onOff: Switch;
  readonly tally: Tally;
}

/** As clients written for another copilot show it. */
export interface CopilotStatus {
  readonly kind: 'Normal' | 'Warning' | 'Error' | 'Inactive';
  readonly busy: boolean;
  readonly message: string;
}

export interface Status {
  /** Everything, with the newest requests. */
  full(): object;
  /** The counts and the newest request. */
  short(): Announcement<ShownStatus>;
}

export interface ShownStatus {
  readonly shown: object;
  readonly copilot: CopilotStatus;
}

export function createStatus({ session, settings, onOff, tally }: StatusParts): Status {
  function common(model: SessionStatus): object {
    const report = tally.read();
    const { lastSilence } = report;
    const { measured } = model;
    return {
      ok: true,
      state: model.state,
      ...(model.message === undefined ? {} : { message: model.message }),
      enabled: isEnabled(),
      model: model.model,
      takesAsks: model.takesAsks,
      requests: model.requests,
      usage: model.usage,
      ...(model.strategy ? { strategy: model.strategy } : {}),
      ...(measured ? { ledger: measured.ledger } : {}),
      ...report,
      ...(lastSilence === undefined ? {} : { lastSilenceMessage: silenceReasons[lastSilence] }),
    };
  }

  const isEnabled = (): boolean =>
    settings().enabled && onOff.offReason({ uri: '', languageId: '' }) !== 'disabled';

  return {
    full() {
      const model = session.status();
      const { measured, retryAfterMs } = model;
      return {
        ...common(model),
        snoozedMs: onOff.snoozedMs(),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(measured
          ? {
              speeds: measured.speeds,
              recent: measured.records.map((record) => ({ ...record, line: describeRecord(record) })),
            }
          : {}),
      };
    },
    short() {
      const model = session.status();
      const snoozedMs = onOff.snoozedMs();
      const last = model.measured?.newest;
      const waits = [snoozedMs, model.retryAfterMs ?? 0].filter((ms) => ms > 0);
      return {
        status: {
          shown: {
            ...common(model),
            snoozedMs,
            ...(model.retryAfterMs === undefined ? {} : { retryAfterMs: model.retryAfterMs }),
            ...(model.measured ? { running: model.measured.running } : {}),
            ...(last ? { lastRequest: last } : {}),
          },
          copilot: copilotStatus(model, isEnabled() && snoozedMs === 0),
        },
        passesInMs: waits.length > 0 ? Math.min(...waits) : undefined,
      };
    },
  };
}

function copilotStatus({ state, message = '', measured }: SessionStatus, isOn: boolean): CopilotStatus {
  const busy = state === 'connecting' || (measured?.running ?? 0) > 0;
  if (!isOn) return { kind: 'Inactive', busy: false, message: 'Whittle is switched off.' };
  switch (state) {
    case 'failed':
      return { kind: 'Error', busy, message };
    case 'busy':
    case 'waiting':
      return { kind: 'Warning', busy: true, message };
    case 'idle':
    case 'connecting':
    case 'ready':
    case 'disposed':
      return { kind: 'Normal', busy, message: '' };
    default:
      return state satisfies never;
  }
}
