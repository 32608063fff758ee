#!/usr/bin/env node
/**
 * Starts server.js beside it through V8's code cache, which saves most of the time a bundle takes to compile.
 *
 * Law: the cache is only ever a gain. A missing one, or one of another Node, costs a compilation as usual and is made
 * anew when the process ends; where the folder cannot be written, nothing is.
 */
'use strict';
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

// A key runs much code, and each piece of it once. V8 finds some of it worth optimising for minutes, in threads that take
// the cores the editor and this server need. Where it counts to fifteen times as much first, 11 answers of 600 take more
// than 5 ms instead of 32, with an eighth less processor time in all (beside the same build, two cores, Node 20).
setFlagsFromString('--interrupt-budget=1000000');
// For `idle-collection.ts`; set at each start, as a code cache made under other flags is refused.
setFlagsFromString('--expose-gc');

const filename = join(__dirname, 'server.js');
const cacheFile = join(__dirname, 'server.cache');

function readCache() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

/** The bundle as a function; the cache's bytes are let go with this call, a megabyte in every thread. */
function load() {
  const cachedData = readCache();
  // The bundle is ASCII, and one byte a character is what V8 compiles fastest.
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(source, { filename, cachedData });
  if (isMainThread && (cachedData === undefined || script.cachedDataRejected))
    process.once('exit', () => keep(script));
  return script.runInThisContext();
}

function keep(script) {
  try {
    const written = `${cacheFile}.${process.pid}`;
    writeFileSync(written, script.createCachedData());
    renameSync(written, cacheFile);
  } catch {
    // A read-only installation starts without a cache.
  }
}

load()(exports, require, module, __filename, __dirname);
