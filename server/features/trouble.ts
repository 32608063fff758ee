/**
 * What is said of a model that fails at ghost text, where nobody waits for an outcome: the log has every new failure,
 * and what only the user can mend (a key, a model's name, a limit) is said once in the message area.
 */

import type { Log } from '../core/log.ts';
import type { ModelFailure } from '../core/model.ts';
import type { Editor } from './editor.ts';

export interface Trouble {
  met(failure: ModelFailure): void;
  /** What was mended may break again: it is said anew. */
  settingsChanged(): void;
}

export function createTrouble(editor: Editor, log: Log): Trouble {
  let last = '';
  let said: ReadonlySet<string> = new Set();
  return {
    met({ code, message }) {
      switch (code) {
        case 'cancelled':
        case 'disposed':
        case 'excluded':
          return;
        case 'unauthorized':
        case 'not-found':
        case 'rejected':
        case 'unsupported':
        case 'limit':
          if (said.has(message)) return;
          said = new Set([...said, message]);
          editor.say('warn', message);
          return;
        case 'offline':
        case 'busy':
        case 'protocol':
        case 'model':
          // A model that stays away fails at every key.
          log(message === last ? 'debug' : 'warn', message);
          last = message;
          return;
        default:
          code satisfies never;
      }
    },
    settingsChanged() {
      last = '';
      said = new Set();
    },
  };
}
