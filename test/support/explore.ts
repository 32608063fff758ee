/**
 * Every state of a world that can be reached, each visited once, breadth first: a failure names the shortest way to it.
 *
 * Worlds cannot be copied, so each step from a state is tried in a new world that is led there. In every state both
 * endings are tried. That two ways lead to one state is believed of worlds that say so, and put to the test for some of
 * them: where other states follow than were found, it is a state of its own and is gone on from.
 */

export interface Explorable {
  possible(): readonly string[];
  take(step: string): Promise<void>;
  state(): string;
  wellAgain(): Promise<void>;
  dispose(): Promise<void>;
}

export interface ExploreOptions {
  /** Of the ways that lead to a known state, one in so many is put to the test. */
  readonly testedOneIn: number;
  /** A guard against worlds without an end: it is an error to get there. */
  readonly mostStates: number;
  /** Is told now and then how far it has come, in words. */
  readonly progress?: (words: string) => void;
}

export interface Explored {
  readonly states: number;
  /** Worlds that were led somewhere. */
  readonly ways: number;
  /** Ways to known states that were put to the test, and those of them that led elsewhere. */
  readonly tested: number;
  readonly split: number;
  /** Steps of the longest way. */
  readonly depth: number;
  /** States that were found and not gone on from. */
  readonly left: number;
}

/** Ways from one word of progress to the next: about ten seconds of them. */
const waysBetween = 20_000;

interface Visited {
  /** Of its state. */
  readonly number: number;
  readonly from: Visited | undefined;
  readonly step: string;
  readonly depth: number;
}

/** Throws where something does not hold in some state; otherwise all of them were visited. */
export async function explore(open: () => Promise<Explorable>, options: ExploreOptions): Promise<Explored> {
  /** Numbers of states. */
  const known = new Map<string, number>();
  /** By the number of a state, which states follow; several where it is more than one. */
  const following = new Map<number, Set<string>>();
  let doubted: Visited[] = [];
  const frontier: Visited[] = [];
  let ways = 0;
  let merges = 0;
  let tested = 0;
  let split = 0;
  let depth = 0;

  const numberOf = (state: string): number => {
    const number = known.get(state) ?? known.size;
    known.set(state, number);
    if (known.size > options.mostStates) throw new Error(`more than ${options.mostStates} states`);
    return number;
  };

  const lead = async (way: readonly string[]): Promise<Explorable> => {
    // What was let go is collected between turns of the event loop.
    if (++ways % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (ways % waysBetween === 0)
      options.progress?.(`${known.size} states, ${frontier.length} to go on from, ${ways} ways`);
    const world = await open();
    for (const step of way) await world.take(step);
    return world;
  };

  /** The states that follow, as their numbers in order. `reached` is told of each. */
  const follow = async (
    visited: Visited,
    reached: (next: Visited, isNew: boolean) => void,
  ): Promise<string> => {
    const way = wayTo(visited);
    const next: number[] = [];
    const steps = await named(way, async () => {
      const world = await lead(way);
      const possible = world.possible();
      await world.dispose();
      return possible;
    });
    for (const step of steps) {
      await named([...way, step], async () => {
        const world = await lead([...way, step]);
        const state = world.state();
        const isNew = !known.has(state);
        const number = numberOf(state);
        next.push(number);
        reached({ number, from: visited, step, depth: visited.depth + 1 }, isNew);
        if (isNew) await world.wellAgain();
        await world.dispose();
      });
    }
    return next.sort((a, b) => a - b).join();
  };

  const visit = async (visited: Visited): Promise<void> => {
    depth = Math.max(depth, visited.depth);
    const next = await follow(visited, (found, isNew) => {
      if (isNew) frontier.push(found);
      else if (++merges % options.testedOneIn === 0) doubted.push(found);
    });
    const all = following.get(visited.number) ?? new Set();
    following.set(visited.number, all.add(next));
  };

  const start = await open();
  frontier.push({ number: numberOf(start.state()), from: undefined, step: '', depth: 0 });
  await start.dispose();
  while (frontier.length > 0) {
    for (const visited of frontier.splice(0)) await visit(visited);
    const due = doubted.filter(({ number }) => following.has(number));
    doubted = doubted.filter(({ number }) => !following.has(number));
    for (const visited of due) {
      tested++;
      const beyond: Visited[] = [];
      const next = await follow(visited, (found, isNew) => {
        if (isNew) beyond.push(found);
      });
      const all = following.get(visited.number) ?? new Set();
      if (all.has(next)) continue;
      split++;
      following.set(visited.number, all.add(next));
      frontier.push(...beyond);
    }
  }
  const left = [...known.values()].filter((number) => !following.has(number)).length;
  return { states: known.size + split, ways, tested, split, depth, left };
}

function wayTo(visited: Visited): readonly string[] {
  const way: string[] = [];
  for (let at: Visited | undefined = visited; at?.from; at = at.from) way.unshift(at.step);
  return way;
}

async function named<T>(way: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: String(error) };
    throw new Error(`after ${way.join(', ')}: ${message}`, { cause: error });
  }
}
