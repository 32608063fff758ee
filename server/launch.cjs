#!/usr/bin/env node
/**
 * Starts server.js beside it through V8's code cache, which saves most of the time a bundle takes to compile.
 *
 * Law: the cache is only ever a gain. A missing one costs a compilation as usual and is made when the first
 * editor's process ends, which ran most of what a start runs; where the folder cannot be written, nothing is.
 */
'use strict';
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

// At each start, as a code cache made under other flags is refused.
for (const flag of require('./v8-flags.cjs')) setFlagsFromString(flag);

const filename = join(__dirname, 'server.js');
// Each V8 takes its own alone: two kinds of Node that start the same build would replace each other's for ever.
const cacheFile = join(__dirname, `server-${process.versions.v8}.cache`);

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
  const isMissing = cachedData === undefined || script.cachedDataRejected;
  if (isMissing && isMainThread && process.argv.includes('--stdio')) process.once('exit', () => keep(script));
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
