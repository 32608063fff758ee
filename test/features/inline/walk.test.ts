/** Random sessions with a model that knows the file: what is shown is never stale, never flickers, never piles up. */

import { expect, test } from 'vitest';
import { ghostScene, uri } from '../../support/ghost.ts';

const file = Array.from(
  { length: 12 },
  (_, i) => `const item${i} = collect(source, ${i});\nrender(item${i});`,
).join('\n');

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

test.each([1, 2, 3, 4, 5, 6])(
  'types, deletes, undoes, accepts half and moves away, seed %i',
  async (seed) => {
    const next = random(seed);
    const made = await ghostScene('█');
    made.model.script = (ask) => {
      if (ask.task !== 'complete') return '';
      const before = ask.document.text.slice(0, ask.cursor);
      // Right while the text before the cursor is the file's.
      return file.startsWith(before) ? file.slice(before.length, before.length + 60) : 'wrong();';
    };
    let text = '';
    let shown = '';
    let lastTyped = 0;
    for (let step = 0; step < 120; step++) {
      made.clock.advance(90);
      const act = next();
      if (act > 0.97) {
        // Elsewhere for a moment, and back: nothing of what is said there is shown here.
        made.moveTo(0);
        await made.ask();
        made.moveTo(text.length);
        const [now = ''] = await made.ask();
        if (shown !== '') expect(now).toBe(shown);
        shown = now;
        continue;
      }
      if (act > 0.93 && lastTyped > 0) {
        made.client.change(uri, { start: text.length - lastTyped, end: text.length, text: '' });
        text = text.slice(0, text.length - lastTyped);
        lastTyped = 0;
        made.moveTo(text.length);
        shown = (await made.ask())[0] ?? '';
        continue;
      }
      let typed = '';
      if (act < 0.1 && text.length > 0) {
        made.backspace();
        lastTyped = 0;
        text = text.slice(0, -1);
      } else if (act < 0.15) typed = 'q';
      else if (act < 0.3 && shown.length > 2) typed = shown.slice(0, Math.ceil(shown.length / 2));
      else typed = file.startsWith(text) ? file.slice(text.length, text.length + 1) : '';
      if (typed !== '') {
        made.type(typed);
        text += typed;
        lastTyped = typed.length;
      } else if (!file.startsWith(text) && text.length > 0 && act >= 0.1) {
        made.backspace();
        lastTyped = 0;
        text = text.slice(0, -1);
      }
      const [now = ''] = await made.ask();
      const along = typed !== '' && shown.startsWith(typed) && shown.length > typed.length;
      // The same text, shortened by what was typed: nothing else takes its place while it is typed along.
      if (along) expect(now).toBe(shown.slice(typed.length));
      if (now !== '' && file.startsWith(text))
        expect(now === 'wrong();' || file.startsWith(text + now)).toBe(true);
      shown = now;
    }
    expect(made.client.text(uri)).toBe(text);
  },
);
