/** Turns: everybody asks the same, one after the other, again and again, so that what disturbs one disturbs all. */

import { pause } from '../process.ts';
import type { AskerKind } from './child.ts';
import type { Outcomes } from './figures.ts';
import { askerKinds, type Laboratory, type Measured, type OpenOptions, type Subject } from './laboratory.ts';
import { turns } from './turns.ts';

export interface InterleaveOptions extends OpenOptions {
  readonly count: number;
  readonly kinds?: readonly AskerKind[];
}

/** Answers that are not counted: code is compiled, connections and bases are made. */
const warmUp = 5;

/** Behind every answer: what an asker does in the quiet, such as collecting garbage, is not to fall into another's turn. */
const restMs = 50;

/** The answer, once its asker has had its quiet. */
export async function askAndRest(subject: Subject, key: number): Promise<Measured> {
  const outcome = await subject.ask(key);
  await pause(restMs);
  return outcome;
}

export interface Interleaved {
  readonly outcomes: Outcomes;
  /** On the wire for one request, TLS included. */
  readonly bytesUp: ReadonlyMap<AskerKind, number>;
}

export async function interleaved(laboratory: Laboratory, options: InterleaveOptions): Promise<Interleaved> {
  const { count, kinds = askerKinds, ...open } = options;
  const subjects: Subject[] = [];
  for (const kind of kinds) subjects.push(await laboratory.open(kind, open));
  const outcomes = new Map<AskerKind, Measured[]>(kinds.map((kind) => [kind, []]));
  const before = new Map<AskerKind, number>();
  for (let key = 0; key < warmUp + count; key++) {
    for (const subject of turns(subjects, key)) {
      const outcome = await askAndRest(subject, key);
      if (key >= warmUp) outcomes.get(subject.kind)?.push(outcome);
      if (key === warmUp - 1) before.set(subject.kind, (await subject.counts()).bytesUp);
    }
  }
  const bytesUp = new Map<AskerKind, number>();
  for (const subject of subjects) {
    const { bytesUp: after } = await subject.counts();
    bytesUp.set(subject.kind, (after - (before.get(subject.kind) ?? 0)) / count);
    await subject.close();
  }
  return { outcomes, bytesUp };
}
