/** An editor with one file in focus, a server that is answered for by the test, and what the user gets to see. */

import { createNextEdits, type NextEdits } from '../../../../clients/vscode/src/next-edit/controller.ts';
import type { Drawing } from '../../../../clients/vscode/src/next-edit/display.ts';
import type { Answer, Port, Question, View } from '../../../../clients/vscode/src/next-edit/port.ts';
import { apply, type Replacement } from '../../../../server/core/edit.ts';
import { type VirtualClock, virtualClock } from '../../../support/clock.ts';

export interface AskedQuestion extends Question {
  readonly signal: AbortSignal;
  answer(answer: Answer): Promise<void>;
  /** With one hunk for the text it was asked about. */
  edit(hunk: Replacement, id?: string): Promise<void>;
}

export interface FakeEditor {
  readonly nextEdits: NextEdits;
  readonly clock: VirtualClock;
  readonly asked: readonly AskedQuestion[];
  readonly told: readonly string[];
  readonly said: readonly string[];
  view: View;
  focused: boolean;
  mode: ReturnType<Port['mode']>;
  /** Whether the editor makes the edits it is given. */
  applies: boolean;
  drawn(): Drawing | undefined;
  isVisible(): boolean;
  /** How often the whole text was read. */
  reads(): number;
  undoSteps(): number;
  type(...changes: readonly Replacement[]): void;
  look(change: Partial<View>): void;
}

export function fakeEditor(text: string, cursor = 0): FakeEditor {
  const clock = virtualClock();
  const asked: AskedQuestion[] = [];
  const told: string[] = [];
  const said: string[] = [];
  let drawing: Drawing | undefined;
  let visible = false;
  let undoSteps = 0;
  let reads = 0;

  const port: Port = {
    view() {
      const { view } = editor;
      if (!editor.focused) return undefined;
      return {
        ...view,
        get text() {
          reads++;
          return view.text;
        },
      };
    },
    mode: () => editor.mode,
    ask(question, signal) {
      let resolve = (_: Answer): void => {};
      const promise = new Promise<Answer>((keep) => {
        resolve = keep;
      });
      const answer = async (given: Answer): Promise<void> => {
        resolve(given);
        await settled();
      };
      const { version } = question.view;
      const edit = (hunk: Replacement, id = 'id') =>
        answer({ kind: 'edit', suggested: { id, version, hunk } });
      asked.push({ ...question, signal, answer, edit });
      return promise;
    },
    draw(next) {
      drawing = next;
    },
    setVisible(now) {
      if (now === visible) throw new Error('It was that already.');
      visible = now;
    },
    goTo: (offset) => editor.look({ cursor: offset }),
    async apply(hunk, version) {
      if (!editor.applies || version !== editor.view.version) return false;
      undoSteps++;
      editor.type(hunk);
      editor.look({ cursor: hunk.start + hunk.text.length });
      return true;
    },
    async tell(what, id) {
      told.push(`${what} ${id}`);
    },
    say: (sentence) => said.push(sentence),
  };
  const editor: FakeEditor = {
    nextEdits: createNextEdits(port, clock),
    clock,
    asked,
    told,
    said,
    view: { uri: 'file:///a.ts', version: 1, text, cursor, tabSize: 4, visible: { first: 0, last: 40 } },
    focused: true,
    mode: 'automatic',
    applies: true,
    drawn: () => drawing,
    isVisible: () => visible,
    reads: () => reads,
    undoSteps: () => undoSteps,
    type(...changes) {
      const { view } = editor;
      editor.view = { ...view, version: view.version + 1, text: apply(view.text, changes) };
      editor.nextEdits.changed(view.uri, changes);
    },
    look(change) {
      editor.view = { ...editor.view, ...change };
      editor.nextEdits.moved();
    },
  };
  return editor;
}

/** Everything that waits for promises already kept has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
