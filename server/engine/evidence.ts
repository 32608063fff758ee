/**
 * Evidence: which symbols were seen to follow the context, how often, in which scope, and behind how long a match.
 *
 * The mix is interpolation from short contexts to long ones with Witten and Bell's escape (as in PPM), over
 * counts in which near scopes weigh more: the nested caches of Hellendoorn & Devanbu 2017 in one pass.
 */

export const scopes = 3;
export type Scope = 0 | 1 | 2;
/** The document itself; its folder and the other open documents; the rest of the workspace. */
export const inDocument: Scope = 0;
export const nearby: Scope = 1;
export const inProject: Scope = 2;

/** Match lengths are told apart in these classes: none, 1, 2, 3, 4, 5–6, 7–8, 9–12, 13 and more lexemes. */
export const orders = 9;
const orderOfLength = Uint8Array.from([0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 7, 7, 8]);
export const longestMatch = 24;

/**
 * Weight of an occurrence by scope. With `novelty`, the best of sixteen tried for the mean reciprocal rank of the
 * next token on the code bases of `calibration.ts`; the optimum is flat (0.606 with equal weights, 0.620 here).
 */
const scopeWeights: readonly [number, number, number] = [16, 2, 1];
/** How much each distinct follower counts as a sign that something new follows. */
const novelty = { weight: 3 } as const;

const slots = 512;
const perSlot = scopes * orders;

export interface Candidate {
  readonly symbol: number;
  readonly probability: number;
  readonly slot: number;
}

export class Evidence {
  readonly #table = new Int32Array(2048).fill(-1);
  readonly #symbols = new Uint32Array(slots);
  readonly #counts = new Float32Array(slots * perSlot);
  readonly #totals = new Float32Array(perSlot);
  readonly #mass = new Float64Array(slots);
  #size = 0;

  clear(): void {
    this.#table.fill(-1);
    this.#counts.fill(0, 0, this.#size * perSlot);
    this.#totals.fill(0);
    this.#size = 0;
  }

  get size(): number {
    return this.#size;
  }

  add(symbol: number, scope: Scope, length: number, weight: number): void {
    let at = (Math.imul(symbol, 0x9e3779b1) >>> 21) & 2047;
    let slot: number;
    for (;;) {
      slot = this.#table[at] as number;
      if (slot === -1 || this.#symbols[slot] === symbol) break;
      at = (at + 1) & 2047;
    }
    if (slot === -1) {
      if (this.#size === slots) return;
      slot = this.#size++;
      this.#table[at] = slot;
      this.#symbols[slot] = symbol;
    }
    const cell = scope * orders + (orderOfLength[Math.min(length, 13)] as number);
    const index = slot * perSlot + cell;
    this.#counts[index] = (this.#counts[index] as number) + weight;
    this.#totals[cell] = (this.#totals[cell] as number) + weight;
  }

  /** Sums counts over longer matches, so that each order's count is of matches at least that long. Once, before reading. */
  settle(): void {
    for (let base = 0; base < this.#size * perSlot; base += orders) accumulate(this.#counts, base);
    for (let base = 0; base < perSlot; base += orders) accumulate(this.#totals, base);
  }

  count(slot: number, scope: Scope, order: number): number {
    return this.#counts[slot * perSlot + scope * orders + order] as number;
  }

  total(scope: Scope, order: number): number {
    return this.#totals[scope * orders + order] as number;
  }

  /** The most probable followers, best first; ties go to what was met first. */
  best(most: number): Candidate[] {
    const mass = this.#mass;
    for (let slot = 0; slot < this.#size; slot++) mass[slot] = 1e-6;
    for (let order = 0; order < orders; order++) {
      let total = 0;
      for (let scope = 0; scope < scopes; scope++) {
        total += (scopeWeights[scope] as number) * (this.#totals[scope * orders + order] as number);
      }
      if (total <= 0) {
        if (order === 0) continue;
        break;
      }
      let distinct = 0;
      for (let slot = 0; slot < this.#size; slot++) if (this.#weighted(slot, order) > 0) distinct++;
      const trust = total / (total + novelty.weight * distinct);
      for (let slot = 0; slot < this.#size; slot++) {
        mass[slot] = (trust * this.#weighted(slot, order)) / total + (1 - trust) * (mass[slot] as number);
      }
    }
    const ranked: Candidate[] = [];
    for (let slot = 0; slot < this.#size; slot++) {
      const probability = mass[slot] as number;
      let at = ranked.length;
      while (at > 0 && (ranked[at - 1] as Candidate).probability < probability) at--;
      if (at >= most) continue;
      ranked.splice(at, 0, { symbol: this.#symbols[slot] as number, probability, slot });
      if (ranked.length > most) ranked.pop();
    }
    return ranked;
  }

  #weighted(slot: number, order: number): number {
    let sum = 0;
    for (let scope = 0; scope < scopes; scope++) {
      sum +=
        (scopeWeights[scope] as number) * (this.#counts[slot * perSlot + scope * orders + order] as number);
    }
    return sum;
  }
}

function accumulate(counts: Float32Array, base: number): void {
  for (let order = orders - 2; order >= 0; order--) {
    counts[base + order] = (counts[base + order] as number) + (counts[base + order + 1] as number);
  }
}
