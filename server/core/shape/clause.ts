/**
 * Clauses of Python at a cursor that stands too deep for them. An editor indents a new line as deep as the one above, and
 * brings `else:` back to its `if` only where it is typed: what is put in at the cursor goes one line down instead.
 *
 *   if a:
 *       b()
 *       █        `else:` becomes ⏎`else:` at the depth of the `if`
 */

import { columnsOf, type IndentUnit, indentOf } from '../indent.ts';

/** What each clause belongs to. */
const owners: Readonly<Record<string, RegExp>> = {
  else: /^(?:if|elif|(?:async\s+)?for|while|except)\b/,
  elif: /^(?:if|elif)\b/,
  except: /^(?:try|except)\b/,
  finally: /^(?:try|except|else)\b/,
};

const clause = /^(else|elif|except|finally)\b.*:/;

export interface ClausePlace {
  /** The cursor's line up to the cursor. */
  readonly linePrefix: string;
  /** The lines above, the nearest last. */
  readonly above: readonly string[];
  readonly unit: IndentUnit;
}

/** The piece on a line below the cursor's, where it begins with a clause of something less deep. */
export function belowItsOwner(piece: string, { linePrefix, above, unit }: ClausePlace): string {
  const owner = owners[clause.exec(piece)?.[1] ?? ''];
  if (linePrefix === '' || linePrefix.trim() !== '' || !owner) return piece;
  const depthOf = (line: string) => columnsOf(indentOf(line), unit.width);
  const here = depthOf(linePrefix);
  let depth = here + 1;
  const line = above.findLast((each) => {
    if (each.trim() === '' || each.trimStart().startsWith('#') || depthOf(each) >= depth) return false;
    depth = depthOf(each);
    return owner.test(each.trimStart());
  });
  if (line === undefined || depth === here) return piece;
  const [first = '', ...others] = piece.split('\n');
  const inner = depthOf(others.find((each) => each.trim() !== '') ?? '');
  const own = inner <= depth ? 0 : inner > here ? here : depth;
  const moved = others.map((each) => {
    const columns = Math.max(0, depthOf(each) - own + depth);
    return each.trim() === '' ? each : indentation(columns, unit) + each.trimStart();
  });
  return ['', indentOf(line) + first, ...moved].join('\n');
}

function indentation(columns: number, { kind, width }: IndentUnit): string {
  return kind === 'tabs' ? '\t'.repeat(Math.round(columns / width)) : ' '.repeat(columns);
}
