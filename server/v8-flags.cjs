/**
 * What V8 is told where the server is started, in the words of the V8 that runs: one that does not know a flag complains
 * on stderr.
 */
'use strict';

/** Twelve counts invocations (Node 22 and later), those before it bytes of bytecode. */
const countsInvocations = Number.parseInt(process.versions.v8, 10) >= 12;

// A key runs much code, and each piece of it once. V8 interprets a function until it has run eight times, which for many
// are a hundred keys, and compiles it plainly then. Where it does so after the first time, the session's first hundred
// answers take 0.97 and 1.05 × as long beyond the model as those of a bare `ws`, instead of 1.14 × (two runs, each beside
// the other build, two cores, Node 20), and a server's first fifty keys 2.45 ms instead of 2.71.
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
