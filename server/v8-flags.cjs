/**
 * What V8 is told where the server is started, in the words of the V8 that runs: one that does not know a flag complains
 * on stderr.
 */
'use strict';

/** Twelve counts invocations (Node 22 and later), those before it bytes of bytecode. */
const countsInvocations = Number.parseInt(process.versions.v8, 10) >= 12;

// A key runs much code, and each piece of it once. V8 interprets a function until it has run eight times, which for many
// are a hundred keys, and compiles it plainly then. Where it does so after the first time, a server's first fifty keys
// take 2.45 ms beyond the model instead of 2.71 (beside the same build without it, two cores, Node 20).
const plainCode = countsInvocations
  ? '--invocation-count-for-feedback-allocation=1'
  : '--interrupt-budget-factor-for-feedback-allocation=1';

// It finds some of it worth optimising for minutes, in threads that take the cores the editor and this server need. Where
// it counts to fifteen times as much first, 11 answers of 600 take more than 5 ms instead of 32, with an eighth less
// processor time in all (beside the same build, two cores, Node 20). Node 22 and 24 count further by themselves.
const optimisedCode = countsInvocations ? [] : ['--interrupt-budget=1000000'];

module.exports = [
  plainCode,
  ...optimisedCode,
  // For `idle-collection.ts`.
  '--expose-gc',
];
