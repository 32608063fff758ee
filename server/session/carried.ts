/** What a lane carries. */

import type { Exchange } from './exchange.ts';
import type { Warming } from './strategy/warming.ts';

export type Carried = Exchange | Warming | Tail;

/** What is left of an answer whose ask has gone elsewhere: its end tells `held` what it was worth. */
export interface Tail {
  readonly ended: true;
  readonly heard: false;
  readonly begun: true;
  receive(): void;
  doubt(): void;
  gone(): void;
}

/** It keeps nothing, so one does for all. */
export const tail: Tail = {
  ended: true,
  heard: false,
  begun: true,
  receive: () => undefined,
  doubt: () => undefined,
  gone: () => undefined,
};
