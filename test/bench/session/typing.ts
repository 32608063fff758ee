/**
 * A typing session, with and without a base: a function of a file typed again key by key at the pace of recorded
 * sessions, every key told and asked about, and an ask left as soon as the next key comes. That is more requests than
 * a server of ours sends; what is compared is what each of them costs.
 */

import { median, ms, type Print } from '../statistics.ts';
import type { AskerKind } from './child.ts';
import { judge } from './figures.ts';
import type { Laboratory, OpenOptions, Subject } from './laboratory.ts';

const keys = 120;
/** Of the file and of the context: the default settings, and a whole file of 16,000 tokens. */
const sizes = [
  { title: '4,096 tokens of context', bytes: 65_536, contextTokens: 4_096 },
  { title: '16,000 tokens, all of them', bytes: 65_536, contextTokens: 65_536 },
] as const;
const ways = [
  { title: 'session, base', kind: 'session', prewarm: 'edit' },
  { title: 'session, no base', kind: 'session', prewarm: 'never' },
  { title: 'official client', kind: 'official', prewarm: 'never' },
] as const satisfies readonly (Pick<OpenOptions, 'prewarm'> & {
  readonly title: string;
  readonly kind: AskerKind;
})[];

export async function benchTyping(laboratory: Laboratory, print: Print): Promise<void> {
  for (const { title, bytes, contextTokens } of sizes) {
    print(`  ${keys} keys typed, ${title}, 20 ms: per 100 keys`);
    const subjects: (Subject & { readonly title: string })[] = [];
    for (const way of ways) {
      const options = {
        roundTripMs: 20,
        profile: 'spark-like',
        bytes,
        contextTokens,
        outputTokens: 30,
      } as const;
      const subject = await laboratory.open(way.kind, { ...options, prewarm: way.prewarm });
      subjects.push({ ...subject, title: way.title });
    }
    const answers = await Promise.all(subjects.map((subject) => subject.typeAll(keys)));
    const up: number[] = [];
    for (const [i, subject] of subjects.entries()) {
      const counts = await subject.counts();
      const per = (count: number) => Math.round((count * 100) / keys);
      const first = answers[i]?.map(({ firstAt, askedAt }) => firstAt - askedAt) ?? [];
      up.push(counts.bytesUp);
      print(
        `    ${subject.title.padEnd(18)} ${per(counts.bytesUp)} bytes up, ${per(counts.requests)} requests and ${per(counts.warmUps)} bases, tokens read ${per(counts.inputTokens - counts.cachedTokens)}, cached ${per(counts.cachedTokens)}, written ${per(counts.outputTokens)}; first token ${ms(median(first))} (n=${first.length} answered before the next key)`,
      );
      await subject.close();
    }
    const [base = Number.NaN, none = Number.NaN] = up;
    judge(print, `bytes up per 100 keys, bases and renewals included, to full prompts, ${title}`, {
      ours: base,
      theirs: none,
      most: 0.1,
    });
  }
}
