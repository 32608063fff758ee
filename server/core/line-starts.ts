/** Where lines begin: they end at `\n`, `\r\n` or a lone `\r`, as LSP counts them. Offsets are UTF-16 code units. */

export const LF = 10;
export const CR = 13;

/** Of these starts, in order and the first of them 0, the index of the last that is not behind `offset`. */
export function lastStart(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Starts of lines inside `(base, base + value.length]`, no later than `limit`, as offsets of the whole text. */
export function lineStartsIn(value: string, base: number, limit = Number.POSITIVE_INFINITY): number[] {
  const starts: number[] = [];
  // `indexOf` scans at native speed; a lone `\r` is rare enough to be looked for apart.
  const hasCr = value.includes('\r');
  if (!hasCr) {
    for (let i = value.indexOf('\n'); i !== -1; i = value.indexOf('\n', i + 1)) {
      if (base + i + 1 <= limit) starts.push(base + i + 1);
    }
    return starts;
  }
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit !== LF && unit !== CR) continue;
    if (unit === CR && value.charCodeAt(i + 1) === LF) i++;
    if (base + i + 1 <= limit) starts.push(base + i + 1);
  }
  return starts;
}
