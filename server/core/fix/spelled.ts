/**
 * Fixes that a diagnostic spells out: what to change follows from its words and the text it points at, without
 * understanding the program. Anything less is left to a model.
 *
 * Laws
 * - A fix touches only what the diagnostic names, and changes the text.
 * - Where the text is not as the message says, or two readings are possible, there is no fix.
 */

import type { Diagnostic } from '../ask.ts';
import type { Edit } from '../edit.ts';
import { missingImport } from './missing-import.ts';
import { punctuation } from './punctuation.ts';
import { replacement } from './replacement.ts';
import { style } from './style.ts';
import { unusedImport } from './unused-import.ts';
import { unusedVariable } from './unused-variable.ts';

/** Where the workspace exports a name. */
export interface ExportSite {
  /** The file as a path that shares its root with the document's own. */
  readonly path: string;
  readonly kind: 'named' | 'default';
}

export interface Broken {
  readonly diagnostic: Diagnostic;
  readonly text: string;
  /** With `/`, sharing its root with the export sites. */
  readonly path: string;
  readonly exportsOf: (name: string) => readonly ExportSite[];
}

export interface SpelledFix {
  readonly edit: Edit;
  /** A short title of what was done. */
  readonly summary: string;
}

/** A kind of fix: `pattern` is tried on the message, and what it finds is handed to `fix`. */
export interface Recipe {
  readonly pattern: RegExp;
  /** Rule or error codes the recipe is for, where the message alone could mean something else. */
  readonly codes?: RegExp;
  /** Whether the fix depends on what the workspace exports. */
  readonly needsExports?: true;
  fix(broken: Broken, match: RegExpExecArray): SpelledFix | undefined;
}

/** More telling recipes first: the first one that gives a fix is taken. */
const recipes: readonly Recipe[] = [
  ...replacement,
  ...unusedImport,
  ...unusedVariable,
  ...missingImport,
  ...punctuation,
  ...style,
];

export function spelledFix(broken: Broken): SpelledFix | undefined {
  for (const { recipe, match } of matching(broken.diagnostic)) {
    const fix = recipe.fix(broken, match);
    if (fix && fix.edit.length > 0) return fix;
  }
  return undefined;
}

/**
 * Whether a fix is worth offering: the text says so, and only for what the workspace may export it stays a guess.
 * Without the text the message alone decides.
 */
export function couldSpellOut(diagnostic: Diagnostic, written?: Pick<Broken, 'text' | 'path'>): boolean {
  for (const { recipe, match } of matching(diagnostic)) {
    if (!written || recipe.needsExports) return true;
    const fix = recipe.fix({ diagnostic, ...written, exportsOf: () => [] }, match);
    if (fix && fix.edit.length > 0) return true;
  }
  return false;
}

function* matching(diagnostic: Diagnostic): Generator<{ recipe: Recipe; match: RegExpExecArray }> {
  for (const recipe of recipes) {
    if (recipe.codes && !recipe.codes.test(diagnostic.code ?? '')) continue;
    const match = recipe.pattern.exec(diagnostic.message);
    if (match) yield { recipe, match };
  }
}
