import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSpeedLearner, type SpeedSample } from '../../server/session/speeds.ts';

const count = fc.integer({ min: 0, max: 20_000 });
const time = fc.double({ min: 0, max: 10_000, noNaN: true });
const sample: fc.Arbitrary<SpeedSample> = fc.record({
  networkMs: time,
  waitMs: time,
  streamMs: time,
  uncachedTokens: count,
  reasoningTokens: count,
  textTokens: count,
});

test('an expectation says the same whenever it is read: what was learnt before it, and nothing of what came after', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 20 }), fc.array(sample, { minLength: 1 }), (before, after) => {
      const [sizes] = after;
      if (!sizes) return;
      const learner = createSpeedLearner();
      for (const each of before) learner.learn(each);
      const later = learner.expect(sizes);
      const atOnce = learner.expect(sizes)();
      for (const each of after) learner.learn(each);
      expect(later()).toEqual(atOnce);
      expect(atOnce === undefined).toBe(before.length === 0);
    }),
  );
});
