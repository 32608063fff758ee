/**
 * How long the fake model takes, as data. `spark-like` is a model of 1,000 tokens/s; only tokens that it has not read
 * before cost prefill. `instant` takes no time of its own, so that nothing but what is around it remains; `stalling`
 * is `spark-like` with a model that hesitates, before the first token of every third answer and in the middle of it.
 */

export interface Profile {
  /** From the whole request to `response.created`. */
  readonly createdMs: number;
  /** From there to the first token where everything was read before. */
  readonly firstMs: number;
  readonly uncachedMsPerThousand: number;
  /** Between two events, and what each holds. */
  readonly eventMs: number;
  readonly tokensPerEvent: number;
  /** Extra waits of the answer with this number. */
  readonly stallsMs: (answer: number) => { readonly first: number; readonly middle: number };
}

const steady = () => ({ first: 0, middle: 0 });
const spark = { createdMs: 15, firstMs: 60, uncachedMsPerThousand: 4, eventMs: 3, tokensPerEvent: 3 };

export const profiles = {
  'spark-like': { ...spark, stallsMs: steady },
  stalling: {
    ...spark,
    stallsMs: (answer) => (answer % 3 === 0 ? { first: 8 * spark.firstMs, middle: 250 } : steady()),
  },
  instant: {
    createdMs: 0,
    firstMs: 0,
    uncachedMsPerThousand: 0,
    eventMs: 0,
    tokensPerEvent: 1,
    stallsMs: steady,
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;

export function profileOf(name: unknown): Profile {
  return typeof name === 'string' && Object.hasOwn(profiles, name)
    ? profiles[name as ProfileName]
    : profiles['spark-like'];
}
