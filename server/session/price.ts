/** Money: what tokens cost, in US dollars, at prices for a million of them. */

export interface Price {
  readonly input?: number;
  /** As `input` where it is left out. */
  readonly cached?: number;
  readonly output?: number;
}

export interface PricedTokens {
  /** All that was sent, `cached` included. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** Nothing where no price is known. */
export function dollarsFor(
  { inputTokens, cachedTokens, outputTokens }: PricedTokens,
  { input, cached, output }: Price,
): number | undefined {
  if (input === undefined && cached === undefined && output === undefined) return undefined;
  const kept = Math.min(cachedTokens, inputTokens);
  const cost =
    (inputTokens - kept) * (input ?? 0) + kept * (cached ?? input ?? 0) + outputTokens * (output ?? 0);
  return cost / 1_000_000;
}
