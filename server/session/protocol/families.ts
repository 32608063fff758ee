/** How long one address of a host is tried before its next. */

/**
 * Node gives up each address but the last after 250 ms, also one that is answering: where the way is long, a host that
 * has several is then never reached. A broken IPv6 costs so much more once for each connection, which is kept.
 */
export const patientFamilies = { autoSelectFamilyAttemptTimeout: 1_000 } as const;
