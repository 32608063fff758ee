/**
 * What is said where ghost text does not come and nobody waits for an outcome: the log has each reason for silence at
 * `debug` and every new failure of a model, and what only the user can mend (a key, a model's name, a limit) is said
 * once in the message area.
 */

import type { Log } from '../core/log.ts';
import type { ModelFailure } from '../core/model.ts';
import { type SilenceReason, silenceReasons } from '../core/suggestion.ts';
import type { Editor } from './editor.ts';

export interface Trouble {
  met(failure: ModelFailure): void;
  /** Nothing is shown. */
  silent(reason: SilenceReason): void;
  /** What was mended may break again: it is said anew. */
  settingsChanged(): void;
}

export function createTrouble(editor: Editor, log: Log): Trouble {
  let last = '';
  let said: ReadonlySet<string> = new Set();
  return {
    met({ code, message }) {
      const known = withoutNumbers(message);
      switch (code) {
        case 'cancelled':
        case 'disposed':
        case 'excluded':
          return;
        case 'barred':
        case 'unauthorized':
        case 'not-found':
        case 'rejected':
        case 'unsupported':
        case 'limit':
          if (said.has(known)) return;
          said = new Set([...said, known]);
          editor.say('warn', message);
          return;
        case 'offline':
        case 'busy':
        case 'protocol':
        case 'model':
          // A model that stays away fails at every key.
          log(known === last ? 'debug' : 'warn', message);
          last = known;
          return;
        default:
          code satisfies never;
      }
    },
    silent(reason) {
      log('debug', `Nothing is suggested (${reason}): ${silenceReasons[reason]}`);
    },
    settingsChanged() {
      last = '';
      said = new Set();
    },
  };
}

/** Servers put the number of the request into their words, or how long it was: that makes them no news. */
function withoutNumbers(message: string): string {
  return message.replace(/\("(.*)"\)/, (_, words: string) =>
    words
      .split(' ')
      .filter((word) => !/\d/.test(word))
      .join(' '),
  );
}
