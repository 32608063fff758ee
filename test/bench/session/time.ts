/** Time in the bench, which has several processes. */

/** Milliseconds of the system's monotonic clock: all processes of a machine share it. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
