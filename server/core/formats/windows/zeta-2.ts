/**
 * Zeta 2 (`zed-industries/zeta-2`, Zed's format `V0211SeedCoder`): the window between merge marks. The model writes
 * the new lines and `>>>>>>> UPDATED`, or `NO_EDITS`.
 */

import { readWindow } from './reading.ts';
import { endOfSentence, seedDefuser, userCursor, writeSeedPrompt } from './seed.ts';
import { asText, type WindowFormat, withCursor } from './window.ts';

const updated = '>>>>>>> UPDATED';
const noEdits = 'NO_EDITS';
const defuser = seedDefuser([
  ['(?<=^)<', '<{6} CURRENT'],
  ['(?<=^)=', '={6}$'],
  ['(?<=^)>', '>{6} UPDATED'],
]);

export const zeta2: WindowFormat = {
  name: 'zeta-2',
  write: (context) =>
    writeSeedPrompt({
      context,
      defuser,
      stop: [updated, endOfSentence],
      marked(text, window) {
        const { cursor: offset } = context;
        const lines = withCursor(text, window, { offset, mark: userCursor, escape: defuser.defuse });
        return `<<<<<<< CURRENT\n${asText(lines)}=======\n`;
      },
    }),
  read(text, window) {
    let count = 0;
    return readWindow(text, window, {
      mean(line, isFirst) {
        if (line.startsWith(updated)) return { kind: 'end', lines: [] };
        const shown = line.replaceAll(userCursor, '').replace(endOfSentence, '');
        if (isFirst && shown.trim() === noEdits) return { kind: 'no-change' };
        count++;
        return {
          kind: 'lines',
          lines: shown === '' && line === endOfSentence ? [] : [defuser.restore(shown)],
        };
      },
      end: () => (count === 0 ? { kind: 'no-change' } : { kind: 'end', lines: [] }),
    });
  },
  answer: (_text, _window, lines) => `${asText(lines.map(defuser.defuse))}${updated}\n`,
};
