/** The guard over real trees: what lands of a model's text, and its laws at every use. */

import { diff } from '../../server/core/diff/diff.ts';
import { apply } from '../../server/core/edit.ts';
import { type Guarded, guarded } from '../../server/core/guard/guard.ts';
import type { AskedLines } from '../../server/core/guard/restyle.ts';
import { parserFor } from './syntax.ts';

export interface Landed {
  /** The text that lands. */
  readonly text: string;
  /** Hunks left out. */
  readonly leftOut: number;
}

export interface Changed {
  readonly languageId: string;
  readonly before: string;
  /** The model's text. */
  readonly after: string;
  readonly asked?: readonly AskedLines[];
}

export async function landing({ languageId, before, after, asked = [] }: Changed): Promise<Landed> {
  const parse = await parserFor(languageId);
  const texts = { before: { text: before, tree: parse(before) }, after: { text: after, tree: parse(after) } };
  const found: Guarded | undefined = guarded({ languageId, ...texts, asked, parse });
  if (!found) return { text: after, leftOut: 0 };
  const text = apply(before, found.kept);
  if (apply(text, found.leftOut) !== after)
    throw new Error('What was left out does not give the model’s text.');
  if (found.hunks === 0 || diff(text, after).length === 0) throw new Error('Nothing was left out after all.');
  return { text, leftOut: found.hunks };
}
