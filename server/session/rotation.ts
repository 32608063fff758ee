/**
 * Rotation: when a connection makes way for a new one, before its server ends it. A policy without state or clock.
 *
 * Known up front: OpenAI ends a connection after 60 minutes, xAI after 25. What a server shows to be its limit is
 * learnt (`peer.maxAgeMs`), and the shorter one counts.
 */

import { hostOf } from './endpoint.ts';

const minuteMs = 60_000;
/** 55 of 60 minutes, as clients in the wild do. */
const share = 55 / 60;
/** 24 of 25 minutes, as xAI's own guide advises. */
const xaiAgeMs = 24 * minuteMs;

export function rotationAgeMs(url: string, maxAgeMs: number): number {
  const learnt = maxAgeMs * share;
  return /(^|\.)x\.ai(:\d+)?$/.test(hostOf(url)) ? Math.min(xaiAgeMs, learnt) : learnt;
}

/** A connection that ends younger than this did not end for its age: such a limit would make the session reconnect without end. */
const leastAgeMs = 5 * minuteMs;

/** The limit that is known by now, where one was ended for its age. */
export function learntAgeMs(ageMs: number, maxAgeMs: number): number {
  return ageMs >= leastAgeMs ? Math.min(maxAgeMs, ageMs) : maxAgeMs;
}
