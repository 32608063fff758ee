/**
 * Next edits in one window: asks when a change has settled, shows the answer, and does what the keys say.
 *
 *   change ──300 ms──► asked ──► shown ──first press, far away──► gone there ──press──► done, asked again at once
 *                                  │ typed ──► the rest of it is shown
 *                                  └ anything else changed, another editor, dismissed ──► hidden
 *
 * Laws
 * - One question at a time: a newer one calls off the older.
 * - Nothing is shown for a version or a file it was not made for.
 * - What was dismissed is not asked for again before the text changes.
 * - After `dispose` no timer runs, nothing is drawn and no answer counts.
 */

import type { Clock } from '../../../../server/core/clock.ts';
import type { Replacement } from '../../../../server/core/edit.ts';
import { type Text, toText } from '../../../../server/core/text.ts';
import { type Drawing, display } from './display.ts';
import { hint, isFar } from './distance.ts';
import { follow } from './follow.ts';
import type { Port, Question, Suggested, View } from './port.ts';

export interface NextEdits {
  /** The changes are in offsets of the text before them, which the last view showed. */
  changed(uri: string, changes: readonly Replacement[]): void;
  /** The cursor, what is in view, the editor that has the focus, or the settings. */
  moved(): void;
  /** By the user's command: says so where there is none. */
  ask(): Promise<void>;
  /** Goes there; makes it where that is here. */
  accept(): Promise<void>;
  dismiss(): Promise<void>;
  dispose(): void;
}

/** Milliseconds without a change after which one counts as made. */
const settledMs = 300;

interface Shown extends Suggested {
  readonly uri: string;
  /** The text the hunk is in. */
  readonly text: Text;
  /** Of the hunk alone, the same wherever the cursor is. */
  readonly drawing: Drawing;
}

export function createNextEdits(port: Port, clock: Clock): NextEdits {
  let shown: Shown | undefined;
  let asking: AbortController | undefined;
  /** What the timer or the question under way is about. */
  let about: string | undefined;
  let cancelTimer = () => {};
  let disposed = false;

  function show(next: Shown | undefined, view: View | undefined): void {
    const had = shown !== undefined;
    shown = next;
    if (next && view) {
      const { text, hunk, drawing } = next;
      port.draw(isFar(text, view, hunk) ? pointedTo(drawing, hint(text, view, hunk)) : drawing);
    } else if (had) port.draw(undefined);
    if (had !== (next !== undefined)) port.setVisible(!had);
  }

  function hide(): void {
    show(undefined, undefined);
  }

  function callOff(): void {
    cancelTimer();
    cancelTimer = () => {};
    asking?.abort();
    asking = undefined;
    about = undefined;
  }

  /** The view the shown hunk is in, if that has the focus and still reads so. */
  function viewOfShown(): View | undefined {
    const view = port.view();
    return view && shown && view.uri === shown.uri && view.version === shown.version ? view : undefined;
  }

  function askSoon(uri: string): void {
    callOff();
    if (disposed || port.mode() !== 'automatic') return;
    about = uri;
    cancelTimer = clock.after(settledMs, () => void ask('automatic'));
  }

  async function ask(trigger: Question['trigger']): Promise<void> {
    callOff();
    const view = port.view();
    if (disposed || !view) return;
    if (trigger === 'automatic' && port.mode() !== 'automatic') return;
    const question = new AbortController();
    asking = question;
    about = view.uri;
    const answer = await port.ask({ view, trigger }, question.signal);
    if (asking !== question) return;
    asking = undefined;
    about = undefined;
    const now = port.view();
    if (answer.kind === 'none') {
      if (answer.why) port.say(answer.why);
      return;
    }
    const { suggested } = answer;
    if (!now || now.uri !== view.uri || now.version !== suggested.version) return;
    const { start, end, text } = suggested.hunk;
    // Changes arrive with the line endings of the document: so must be what they are compared with.
    const value = now.text;
    const ending = value.includes('\r\n') ? '\r\n' : '\n';
    const hunk = { start, end, text: text.replaceAll(/\r\n|\r|\n/g, ending) };
    show(inView({ ...suggested, hunk }, now, value), now);
  }

  return {
    changed(uri, changes) {
      const view = port.view();
      if (changes.length === 0 || view?.uri !== uri) return;
      const left = shown?.uri === uri ? follow(shown.hunk, changes, shown.text.value) : undefined;
      if (shown && left) {
        callOff();
        show(inView({ id: shown.id, version: view.version, hunk: left }, view, view.text), view);
        return;
      }
      hide();
      askSoon(uri);
    },
    moved() {
      const uri = port.view()?.uri;
      const mode = port.mode();
      if (about !== undefined && (about !== uri || mode === 'off')) callOff();
      if (!shown) return;
      const view = mode === 'off' ? undefined : viewOfShown();
      show(view && shown, view);
    },
    ask: () => ask('invoked'),
    async accept() {
      const view = viewOfShown();
      if (!shown || !view) return;
      const { hunk, id, version, text } = shown;
      if (isFar(text, view, hunk)) {
        port.goTo(hunk.start);
        return;
      }
      hide();
      if (!(await port.apply(hunk, version))) return;
      await port.tell('accept', id);
      await ask('automatic');
    },
    async dismiss() {
      if (!shown) return;
      const { id } = shown;
      callOff();
      hide();
      await port.tell('reject', id);
    },
    dispose() {
      disposed = true;
      callOff();
      hide();
    },
  };
}

/** `value` is the view's text. */
function inView(suggested: Suggested, { uri, tabSize }: View, value: string): Shown {
  return { ...suggested, uri, text: toText(value), drawing: display(value, suggested.hunk, tabSize) };
}

/** Where new lines stand beside the cursor's, the hint has no room and nobody needs it. */
function pointedTo(drawing: Drawing, pointer: NonNullable<Drawing['hint']>): Drawing {
  return drawing.beside?.some(({ at }) => at === pointer.at) ? drawing : { ...drawing, hint: pointer };
}
