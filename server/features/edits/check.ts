/**
 * Checks of a model's edit before it lands, with the parser where the language is known.
 *
 *   answer ──no new error──────────────────────────────► without unrequested restyling ──► lands
 *     └─ brings in a syntax error ──► asked once more, with the error
 *                                        ├─ no new error ──► as above
 *                                        └─ still one ──► the user is asked: lands as it is, or not at all
 *
 * Laws
 * - The user is asked with a message that has two buttons, which every editor with a language client can show; an
 *   editor that does not answer, and one that is closed, has said no.
 * - Without a parser for the language, and where it takes too long, the answer is taken as it is.
 * - What the embedded engine answers is spelled out by a diagnostic or by the instruction, and is not checked.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import { apply, type Edit } from '../../core/edit.ts';
import { askedLines } from '../../core/guard/asked.ts';
import type { ModelSession } from '../../core/model.ts';
import type { SyntaxFault } from '../../core/syntax-tree.ts';
import { lineAt, lineText, type Text, toText } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Syntax } from '../../state/syntax/syntax.ts';
import type { Editor } from '../editor.ts';
import type { Tally } from '../tally.ts';
import { isFailure, readAnswer } from './answer.ts';
import { type Failure, failure } from './outcome.ts';
import { redirected } from './redirect.ts';

export interface Checked {
  readonly edit: Edit;
  /** Of the text after `edit`; nothing where all of the answer is in it. */
  readonly leftOut?: { readonly edit: Edit; readonly hunks: number };
}

export interface Check {
  /** Asks the model, at most twice. */
  answer(wish: CheckWish, signal: AbortSignal): Promise<Checked | Failure>;
}

export interface CheckWish {
  readonly ask: EditAsk | FixAsk;
  readonly base: Snapshot;
  readonly report: (message: string) => void;
  /** Each piece of the first answer as it comes. */
  readonly heard: (text: string) => void;
}

export interface CheckParts {
  readonly session: ModelSession;
  readonly tally: Tally;
  readonly syntax: Syntax;
  readonly editor: Editor;
  /** Setting `edit.guard`. */
  readonly guards: () => boolean;
  /** Whether edits come from the embedded engine. */
  readonly isEmbedded: () => boolean;
}

interface Looked extends Checked {
  /** The first thing the edit breaks. */
  readonly fault: Fault | undefined;
}

interface Fault {
  /** From 1. */
  readonly line: number;
  /** What is wrong there, to be said after the line's number. */
  readonly what: string;
}

/** Of a line shown or quoted. */
const mostCharacters = 60;

export function createCheck(parts: CheckParts): Check {
  const { session, tally, syntax, editor, guards, isEmbedded } = parts;
  const isChecked = (languageId: string) => !isEmbedded() && syntax.knows(languageId);

  async function look({ ask, base }: CheckWish, edit: Edit, signal: AbortSignal): Promise<Looked> {
    const asked = guards() ? askedLines(ask, base.text) : undefined;
    const before = base.text.value;
    const review = { languageId: base.languageId, before, edit, asked };
    const reviewed = await syntax.review(review, signal);
    const [first] = reviewed?.faults ?? [];
    const fault = first && described(toText(apply(before, edit)), first);
    const found = reviewed?.guarded;
    if (!found) return { edit, fault };
    return { edit: found.kept, leftOut: { edit: found.leftOut, hunks: found.hunks }, fault };
  }

  return {
    async answer(wish, signal) {
      const { ask, base, report, heard } = wish;
      const read = (asked: EditAsk | FixAsk) =>
        readAnswer(session.ask(asked, signal), {
          ask: asked,
          text: base.text,
          report,
          heard: asked === ask ? heard : () => {},
          done: tally.answered,
        });
      // Loaded while the model thinks.
      if (isChecked(base.languageId)) syntax.prepare(base.languageId);
      const answer = await read(ask);
      if (isFailure(answer) || signal.aborted || !isChecked(base.languageId)) return takenAsIs(answer);
      let looked = await look(wish, answer, signal);
      if (!looked.fault || signal.aborted) return withoutFault(looked);
      report(`syntax error in line ${looked.fault.line}, asking once more`);
      const again = await read(
        redirected(ask, { now: base, typed: [], instruction: errorWords(looked.fault) }),
      );
      if (signal.aborted) return isFailure(again) ? again : { edit: again };
      if (!isFailure(again)) looked = await look(wish, again, signal);
      const { fault } = looked;
      if (!fault || signal.aborted) return withoutFault(looked);
      const problem = `The edit leaves a syntax error in line ${fault.line} (${fault.what}), also after asking again`;
      const chosen = await editor.choose(`${problem}.`, ['Apply anyway', 'Discard'], signal);
      if (chosen === 0) return withoutFault(looked);
      return failure('refused', `${problem}; it was not applied.`);
    },
  };
}

function takenAsIs(answer: Edit | Failure): Checked | Failure {
  return isFailure(answer) ? answer : { edit: answer };
}

function withoutFault({ fault: _, ...checked }: Looked): Checked {
  return checked;
}

function errorWords({ line, what }: Fault): string {
  return `With your last answer line ${line} would have a syntax error (${what}). Answer with the whole change again, so that the code is correct.`;
}

function described(text: Text, { start, end, missing }: SyntaxFault): Fault {
  const line = lineAt(text, start);
  if (missing !== undefined) return { line: line + 1, what: `\`${missing}\` is missing` };
  const found = text.value.slice(start, end).split('\n', 1)[0]?.trim() || lineText(text, line).trim();
  const shown = found.length > mostCharacters ? `${found.slice(0, mostCharacters - 1)}…` : found;
  return { line: line + 1, what: `unexpected \`${shown}\`` };
}
