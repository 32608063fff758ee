/**
 * Checks of a model's edit before it lands, with the parser where the language is known.
 *
 *   answer ──no new error──────────────────────────────► without unrequested restyling ──► lands
 *     └─ a syntax error, or an edit beyond its problem or its bounds ──► asked once more, with what is wrong
 *                                        ├─ no new error ──► as above
 *                                        └─ still one ──► the user is asked: lands as it is, or not at all
 *
 * Laws
 * - The user is asked with a message that has two buttons, which every editor with a language client can show; an
 *   editor that does not answer, and one that is closed, has said no.
 * - Without a parser for the language, and where it takes too long, no syntax is checked.
 * - Each file of an answer is parsed, before and after. Restyling is left out of those that are open alone: of others
 *   it could not be included after all.
 * - What the embedded engine answers is spelled out by a diagnostic or by the instruction, and is not checked.
 */

import type { EditAsk, FixAsk, Region } from '../../core/ask.ts';
import { applyToText, type Edit } from '../../core/edit.ts';
import { beyondFix, pointsTo } from '../../core/fix/scope.ts';
import { askedLines } from '../../core/guard/asked.ts';
import type { AskedLines } from '../../core/guard/restyle.ts';
import { languageIdOf } from '../../core/language-id.ts';
import type { ModelSession } from '../../core/model.ts';
import type { SyntaxFault } from '../../core/syntax-tree.ts';
import { lineAt, lineEnd, lineStart, lineText, type Text } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Syntax } from '../../state/syntax/syntax.ts';
import type { Editor, Progress } from '../editor.ts';
import type { Tally } from '../tally.ts';
import { type Answered, isFailure, readAnswer } from './answer.ts';
import type { Elsewhere } from './elsewhere.ts';
import { type FileEdit, uriOf } from './landing.ts';
import { type Failure, failure } from './outcome.ts';
import { redirected } from './redirect.ts';

export interface Checked {
  readonly edit: Edit;
  /** Those of other files. */
  readonly others: readonly FileEdit[];
  /** Nothing where all of the answer is in its edits. */
  readonly leftOut: readonly LeftOutOf[];
}

/** What is missing behind the edit of one file. */
export interface LeftOutOf {
  readonly base: Snapshot;
  readonly kept: Edit;
  /** Of the text after `kept`. */
  readonly edit: Edit;
  readonly hunks: number;
}

export interface Check {
  /** Asks the model, at most twice. */
  answer(wish: CheckWish, signal: AbortSignal): Promise<Checked | Failure>;
}

export interface CheckWish {
  readonly ask: EditAsk | FixAsk;
  readonly base: Snapshot;
  readonly report: Progress['report'];
  /** Each piece of the first answer as it comes. */
  readonly heard: (text: string) => void;
  /** Its changes as they become certain, in coordinates of `base`. */
  readonly certain?: (edit: Edit) => void;
}

export interface CheckParts {
  readonly session: ModelSession;
  readonly tally: Tally;
  readonly syntax: Syntax;
  readonly editor: Editor;
  readonly elsewhere: Elsewhere;
  /** Setting `edit.guard`. */
  readonly guards: () => boolean;
  /** Whether edits come from the embedded engine. */
  readonly isEmbedded: () => boolean;
}

interface Looked {
  readonly checked: Checked | Failure;
  /** The first thing that is wrong with the edit. */
  readonly fault: Fault | undefined;
}

/** The edit of one file as the parser sees it. */
interface LookedFile {
  readonly file: FileEdit;
  readonly leftOut: readonly LeftOutOf[];
  readonly fault: SyntaxFault | undefined;
}

interface Fault {
  /** In a few words, while the model is asked once more. */
  readonly short: string;
  /** What the model is told. */
  readonly words: string;
  /** What the user is asked about. */
  readonly problem: string;
}

/** Of a line shown or quoted. */
const mostCharacters = 60;

export function createCheck(parts: CheckParts): Check {
  const { session, tally, syntax, editor, elsewhere, guards, isEmbedded } = parts;

  /** `asked` are lines of the file; nothing where nothing is to be left out. */
  async function lookAt(
    file: FileEdit,
    asked: readonly AskedLines[] | undefined,
    signal: AbortSignal,
  ): Promise<LookedFile> {
    const { edit } = file;
    const languageId = 'base' in file ? file.base.languageId : languageIdOf(uriOf(file));
    if (!syntax.knows(languageId)) return { file, leftOut: [], fault: undefined };
    const before = textOf(file).value;
    const reviewed = await syntax.review({ languageId, before, edit, asked }, signal);
    const fault = reviewed?.faults[0];
    const found = reviewed?.guarded;
    if (!found || !('base' in file)) return { file, leftOut: [], fault };
    const { base } = file;
    const leftOut = { base, kept: found.kept, edit: found.leftOut, hunks: found.hunks };
    return { file: { base, edit: found.kept }, leftOut: [leftOut], fault };
  }

  async function look({ ask, base }: CheckWish, answer: Answered, signal: AbortSignal): Promise<Looked> {
    const beyond =
      ask.task === 'fix' ? beyondScope(ask, base.text, answer) : outOfBounds(ask, base.text, answer);
    const asked = guards() ? askedLines(ask, base.text) : undefined;
    const own = await lookAt({ base, edit: answer.edit }, asked, signal);
    const others = await elsewhere.edits(answer.elsewhere ?? [], ask);
    const ownFault = own.fault && syntaxFault({ base, edit: answer.edit }, own.fault, 'asked');
    if ('ok' in others) return { checked: others, fault: ownFault ?? beyond };
    const looked: LookedFile[] = [];
    let fault = ownFault;
    for (const file of others) {
      // Of them no line was asked about.
      const closer = await lookAt(file, 'base' in file && asked ? [] : undefined, signal);
      looked.push(closer);
      fault ??= closer.fault && syntaxFault(file, closer.fault, 'other');
    }
    const checked = {
      edit: own.file.edit,
      others: looked.map(({ file }) => file),
      leftOut: [own, ...looked].flatMap(({ leftOut }) => leftOut),
    };
    return { checked, fault: fault ?? beyond };
  }

  async function unlooked({ edit, elsewhere: blocks = [] }: Answered, ask: CheckWish['ask']) {
    const others = await elsewhere.edits(blocks, ask);
    return 'ok' in others ? others : { edit, others, leftOut: [] };
  }

  return {
    async answer(wish, signal) {
      const { ask, base, report, heard, certain } = wish;
      const read = (asked: EditAsk | FixAsk) =>
        readAnswer(session.ask(asked, signal), {
          ask: asked,
          text: base.text,
          report,
          ...(asked === ask ? { heard, ...(certain && !isBounded(ask) ? { certain } : {}) } : {}),
          done: tally.answered,
        });
      // Loaded, and the text parsed, while the model thinks.
      if (!isEmbedded() && syntax.knows(base.languageId)) syntax.prepare(base.languageId, base.text.value);
      const answer = await read(ask);
      if (isFailure(answer)) return answer;
      if (signal.aborted || isEmbedded()) return await unlooked(answer, ask);
      let looked = await look(wish, answer, signal);
      if (!looked.fault || signal.aborted) return looked.checked;
      report(`${looked.fault.short}, asking once more`);
      const again = await read(redirected(ask, { now: base, typed: [], instruction: looked.fault.words }));
      if (signal.aborted) return isFailure(again) ? again : await unlooked(again, ask);
      if (!isFailure(again)) looked = await look(wish, again, signal);
      const { fault } = looked;
      if (!fault || signal.aborted || 'ok' in looked.checked) return looked.checked;
      const { problem } = fault;
      const chosen = await editor.choose(problem, ['Apply anyway', 'Discard'], signal);
      if (chosen === 0) return looked.checked;
      return failure('refused', `${problem.replace(/\.$/, '')}; it was not applied.`);
    },
  };
}

/** Whether all of it has to be seen before any of it lands. */
function isBounded(ask: EditAsk | FixAsk): boolean {
  return ask.task === 'edit' && ask.bounded === true;
}

function textOf(file: FileEdit): Text {
  return 'base' in file ? file.base.text : file.closed.text;
}

/** A fix may change its problem's place, the imports, and what the problem points to. */
function beyondScope(ask: FixAsk, text: Text, { edit, elsewhere = [] }: Answered): Fault | undefined {
  const file = elsewhere.find(({ path }) => !pointsTo(ask.targets, path));
  const place = file ? undefined : beyondFix(ask, text, edit);
  if (!file && !place) return undefined;
  const where = file ? nameOf(file.path) : `line ${lineAt(text, place?.start ?? 0) + 1}`;
  return {
    short: `${where} is not part of the problem`,
    words: `Your last answer also changes ${where}, which is not part of the problem. Answer with the whole change again, without that where it can be done.`,
    problem: `The fix also changes ${where}, which is not part of the problem, also after asking again.`,
  };
}

/** A bounded edit changes its region's lines, and no other file. */
function outOfBounds(ask: EditAsk, text: Text, { edit, elsewhere = [] }: Answered): Fault | undefined {
  if (!ask.bounded) return undefined;
  const [file] = elsewhere;
  const place = edit.find((each) => !isWithin(ask, text, each));
  if (!file && !place) return undefined;
  const where = file ? nameOf(file.path) : `line ${lineAt(text, place?.start ?? 0) + 1}`;
  return {
    short: `${where} is not one of the lines named`,
    words: `Your last answer also changes ${where}, which may not change. Answer with the whole change again, without that.`,
    problem: `The edit also changes ${where}, which is outside of the lines named, also after asking again.`,
  };
}

function isWithin({ region }: EditAsk, text: Text, { start, end }: Region): boolean {
  const from = lineStart(text, lineAt(text, region.start));
  const to = lineEnd(text, lineAt(text, region.end));
  return start >= from && end <= Math.min(to + 1, text.value.length);
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1)?.slice(-mostCharacters) ?? '';
}

function syntaxFault(file: FileEdit, fault: SyntaxFault, which: 'asked' | 'other'): Fault {
  const { line, what } = described(applyToText(textOf(file), file.edit), fault);
  const where = which === 'asked' ? `line ${line}` : `line ${line} of ${nameOf(uriOf(file))}`;
  return {
    short: `syntax error in ${where}`,
    words: `With your last answer ${where} would have a syntax error (${what}). Answer with the whole change again, so that the code is correct.`,
    problem: `The edit leaves a syntax error in ${where} (${what}), also after asking again.`,
  };
}

function described(
  text: Text,
  { start, end, missing }: SyntaxFault,
): { readonly line: number; readonly what: string } {
  const line = lineAt(text, start);
  if (missing !== undefined) return { line: line + 1, what: `\`${missing}\` is missing` };
  const found = text.value.slice(start, end).split('\n', 1)[0]?.trim() || lineText(text, line).trim();
  const shown = found.length > mostCharacters ? `${found.slice(0, mostCharacters - 1)}…` : found;
  return { line: line + 1, what: `unexpected \`${shown}\`` };
}
