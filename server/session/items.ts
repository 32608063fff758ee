/**
 * Items: which parts of a response have begun and which are done, as far as its server says.
 *
 *   item-added, a piece of text ──► open ──item-done──► done
 *
 * Laws
 * - An answer is whole when something of it can be read, its server has called that completed, and nothing else has
 *   begun. What begins afterwards takes it back.
 * - Servers that say nothing of items, or not that one is completed, never have a whole answer before its end.
 */

import type { EventBody } from './protocol/events.ts';

export class Items {
  readonly #open = new Set<number>();
  #isAnyDone = false;
  #areHidden = false;

  read(body: EventBody): void {
    switch (body.kind) {
      case 'item-added':
        this.#open.add(body.output);
        this.#areHidden ||= body.item.kind === 'hidden';
        break;
      case 'text-delta':
      case 'refusal-delta':
        // Before that it tells nothing: what is done is not open, whether or not it was said to have begun.
        if (this.#isAnyDone) this.#open.add(body.output);
        break;
      case 'item-done':
        if (body.item.kind === 'hidden') this.#areHidden = true;
        else if (body.item.isCompleted) this.#isAnyDone = true;
        else break;
        this.#open.delete(body.output);
        break;
      default:
    }
  }

  areWhole(): boolean {
    return this.#isAnyDone && this.#open.size === 0;
  }

  /** Whether the model thought, or did, what its answer does not show. */
  hideAny(): boolean {
    return this.#areHidden;
  }
}
