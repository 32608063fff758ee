/**
 * What a command answers, as a sentence: for clients that let their user call a command by its name
 * (`:lsp-workspace-command` in Helix) and show no answer.
 */

import { type Fields, isFields } from './params.ts';

/** The sentence; nothing where the work itself is what the user sees. */
export function answerInWords(command: string, argument: Fields, answer: unknown): string | undefined {
  if (!isFields(answer)) return undefined;
  const { ok, message, minutes } = answer;
  switch (command) {
    case 'whittle.toggle':
      return `${answer.on === true ? 'On' : 'Off'}${whereOf(argument)}.`;
    case 'whittle.snooze':
      return Number(minutes) > 0 ? `Silent for ${minutes} min.` : 'Not snoozed.';
    case 'whittle.cancel':
    case 'whittle.steer':
      return ok === false && typeof message === 'string' ? message : undefined;
    case 'whittle.status':
      return statusInWords(answer);
    default:
      return undefined;
  }
}

function whereOf({ uri, language }: Fields): string {
  return uri !== undefined ? ' for this file' : language !== undefined ? ` for ${language}` : '';
}

function statusInWords(status: Fields): string {
  const { enabled, snoozedMs, model, state, message, shown, accepted, lastSilenceMessage } = status;
  const snoozed = Number(snoozedMs) > 0 ? `silent for ${Math.ceil(Number(snoozedMs) / 60_000)} min` : '';
  const how = enabled === false ? 'off' : snoozed || `${state}`;
  const silence = typeof lastSilenceMessage === 'string' ? ` Last silence: ${lastSilenceMessage}` : '';
  const trouble = typeof message === 'string' ? ` ${message}` : '';
  return `Model "${model}", ${how}; ${shown} suggestions shown, ${accepted} accepted.${trouble}${silence}`;
}
