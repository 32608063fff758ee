/**
 * All that can happen to a few requests, exhaustively: from every state of session and server that can be reached,
 * every next thing is tried (a request more, a step of an answer, an error, the end of a connection, a rotation, an
 * abort, time running out, the next timer), and every state is visited once; what holds in each, and how it ends, is in
 * `test/support/session-world.ts`.
 *
 * There is an end to it because so many things go wrong on one way, at any place of it. `EXPLORED=far` goes to four
 * requests; otherwise it goes as far as takes a few seconds.
 */

import { expect, test } from 'vitest';
import { explore } from '../support/explore.ts';
import { openWorld, type WorldOptions } from '../support/session-world.ts';

interface Scope extends WorldOptions {
  /** At least so many states are there: with fewer, something that can happen is no longer tried. */
  readonly states: number;
}

type Row = readonly [
  peer: Scope['peer'],
  prewarm: Scope['prewarm'],
  requests: number,
  faults: number,
  states: number,
  place?: Scope['place'],
];

const near: readonly Row[] = [
  ['named', 'never', 2, 1, 900, 'here'],
  ['named', 'never', 3, 0, 80, 'here'],
  ['named', 'never', 1, 1, 60],
  ['named', 'never', 2, 0, 40],
  ['named', 'edit', 1, 0, 90],
  ['silent', 'never', 1, 1, 60],
  ['silent', 'edit', 1, 0, 60],
  ['rejected', 'never', 1, 1, 60],
  ['asks', 'never', 1, 1, 50],
];
/**
 * An hour and more, so one at a time by its name. Suspecting a connection to elsewhere makes ten states of one: the
 * widest go without.
 */
const far: readonly Row[] = [
  ['named', 'never', 4, 0, 280],
  ['named', 'never', 4, 1, 17_000, 'here'],
  ['named', 'never', 2, 2, 9500, 'here'],
  ['named', 'never', 2, 1, 3000],
  ['named', 'never', 1, 3, 1300],
  ['named', 'edit', 2, 0, 2300],
  ['named', 'edit', 2, 1, 90_000, 'here'],
  ['silent', 'never', 3, 1, 9500, 'here'],
  ['silent', 'edit', 2, 1, 26_000, 'here'],
  ['rejected', 'never', 3, 1, 15_000, 'here'],
  ['rejected', 'edit', 1, 1, 2900],
  ['asks', 'never', 4, 1, 4600],
  ['asks', 'never', 2, 2, 3800],
];
const rows = process.env.EXPLORED === 'far' ? far : near;
const scopes = rows.map(([peer, prewarm, requests, faults, states, place = 'elsewhere']): Scope => {
  return { peer, prewarm, requests, faults, states, place };
});
/** More than any scope has: to get there is an error, so what passes has visited all that there is. */
const mostStates = 200_000;

test.each(scopes)(
  'every state: $requests requests and $faults faults, lanes $peer, bases made: $prewarm, server $place',
  async ({ states: least, ...world }) => {
    const scope = `${world.requests} requests, ${world.faults} faults, lanes ${world.peer}, bases made ${world.prewarm}, server ${world.place}`;
    const tell = (words: string): void => void process.stderr.write(`${scope}: ${words}\n`);
    const explored = await explore(() => openWorld(world), { testedOneIn: 50, mostStates, progress: tell });
    const { states, ways, tested, split, depth, left } = explored;
    tell(
      `all ${states} states, ${ways} ways, ${depth} steps at most; ${tested} put to the test, ${split} split`,
    );
    expect(left).toBe(0);
    expect(states).toBeGreaterThan(least);
  },
  3_600_000,
);
