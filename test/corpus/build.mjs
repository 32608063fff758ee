// Builds a corpus of real file changes for the tests and benchmarks of edits:
//
//   node test/corpus/build.mjs --git DIR … --packages OLD NEW … --out FILE [--limit N]
//
// DIR is a git directory or work tree, OLD and NEW are two unpacked versions of a package. FILE gets one change a line,
// as JSON: {"source","path","language","before","after"}. It lies outside of this repository: what others wrote is
// measured with, never kept here. The same input gives the same corpus.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, realpathSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Changes taken of one source at most, spread evenly over its history. */
const usualLimit = 300;
/** Files of one commit: more are most often one change made everywhere. */
const filesPerCommit = 4;
const mostBytes = 300_000;
/** Longer lines are generated. */
const longestLine = 2000;

const languages = {
  '.c': 'c',
  '.h': 'c',
  '.cc': 'cpp',
  '.cpp': 'cpp',
  '.cs': 'csharp',
  '.css': 'css',
  '.ex': 'elixir',
  '.go': 'go',
  '.hs': 'haskell',
  '.html': 'html',
  '.java': 'java',
  '.js': 'javascript',
  '.cjs': 'javascript',
  '.mjs': 'javascript',
  '.jsx': 'javascript',
  '.json': 'json',
  '.kt': 'kotlin',
  '.lua': 'lua',
  '.md': 'markdown',
  '.php': 'php',
  '.py': 'python',
  '.rb': 'ruby',
  '.rs': 'rust',
  '.rst': 'restructuredtext',
  '.sh': 'shellscript',
  '.svelte': 'svelte',
  '.swift': 'swift',
  '.toml': 'toml',
  '.ts': 'typescript',
  '.tsx': 'typescript',
  '.vue': 'vue',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.zig': 'zig',
};

const skipped = /(?:^|\/)(?:node_modules|vendor|dist)\/|\.min\.|lock\.(?:json|yaml)$|\.snap$/;

const { gits, packages, out, limit } = options(process.argv.slice(2));
const target = openSync(out, 'w');
const counts = new Map();
const seen = new Set();
for (const git of gits) await addHistory(git);
for (const [older, newer] of packages) addPackages(older, newer);
closeSync(target);
for (const [language, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${language}: ${count}`);
console.log(
  `${[...counts.values()].reduce((sum, count) => sum + count, 0)} changes in ${counts.size} languages`,
);

function options(args) {
  const gits = [];
  const packages = [];
  let out;
  let limit = usualLimit;
  let kind;
  const paths = [];
  for (const arg of args) {
    if (arg.startsWith('--')) kind = arg;
    else if (kind === '--git') gits.push(arg);
    else if (kind === '--packages') paths.push(arg);
    else if (kind === '--out') out = resolve(arg);
    else if (kind === '--limit') limit = Number(arg);
    else fail(`There is no option ${kind ?? arg}.`);
  }
  for (let i = 0; i < paths.length; i += 2) packages.push([paths[i], paths[i + 1]]);
  if (paths.length % 2 === 1) fail('--packages takes pairs: the older version, then the newer one.');
  if (!out || gits.length + packages.length === 0)
    fail('Say what to read and where to write: --git DIR … --packages OLD NEW … --out FILE.');
  const repository = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
  if (!relative(repository, join(realpathSync(dirname(out)), basename(out))).startsWith('..'))
    fail('The corpus must lie outside of this repository; give another --out.');
  return { gits, packages, out, limit };
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

async function addHistory(git) {
  const run = (...args) =>
    execFileSync('git', ['-C', git, ...args], { maxBuffer: 2 ** 30 }).toString('latin1');
  const raw = run(
    'log',
    '--no-merges',
    '--no-renames',
    '--diff-filter=M',
    '--raw',
    '--no-abbrev',
    '-z',
    '--format=%x01%H',
  );
  const commits = raw
    .split('\x01')
    .slice(1)
    .map(changesOf)
    .filter((changes) => changes.length > 0);
  const step = Math.max(1, commits.length / limit);
  const wanted = [];
  for (let at = 0; at < commits.length && wanted.length < 2 * limit; at += step)
    wanted.push(...commits[Math.floor(at)].slice(0, filesPerCommit));
  const texts = await blobs(
    git,
    wanted.flatMap(({ before, after }) => [before, after]),
  );
  let left = limit;
  // Every second first, so that all of the history is read where there is more than enough.
  const ordered = [...wanted.filter((_, i) => i % 2 === 0), ...wanted.filter((_, i) => i % 2 === 1)];
  for (const { path, before, after } of ordered)
    if (left > 0 && add(sourceOf(git), path, texts.get(before), texts.get(after))) left--;
}

/** A source by the last names of its path, without `.git`. */
function sourceOf(path) {
  return resolve(path)
    .split('/')
    .filter((name) => name !== '.git' && name !== 'repo')
    .slice(-1)[0];
}

function changesOf(entry) {
  const [head = '', ...fields] = entry.split('\0');
  const changes = [];
  const all = [head.slice(40), ...fields].map((field) => field.replace(/^\n/, ''));
  for (let i = 0; i < all.length; i++) {
    const change = /^:\d{6} \d{6} ([0-9a-f]{40}) ([0-9a-f]{40}) M$/.exec(all[i]);
    if (!change) continue;
    const path = Buffer.from(all[++i] ?? '', 'latin1').toString('utf8');
    if (languages[extname(path)] && !skipped.test(path))
      changes.push({ path, before: change[1], after: change[2] });
  }
  return changes;
}

/** The contents of objects, by one `git cat-file`. */
function blobs(git, ids) {
  const unique = [...new Set(ids)];
  const child = spawn('git', ['-C', git, 'cat-file', '--batch'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(unique.map((id) => `${id}\n`).join(''));
  return new Promise((done, failed) => {
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', failed);
    child.stdout.on('end', () => {
      const all = Buffer.concat(chunks);
      const texts = new Map();
      for (let at = 0; at < all.length; ) {
        const end = all.indexOf(10, at);
        const [id, , size] = all.subarray(at, end).toString().split(' ');
        const length = Number(size ?? 0);
        at = end + 1;
        if (size === undefined) continue;
        if (length <= mostBytes) texts.set(id, all.subarray(at, at + length));
        at += length + 1;
      }
      done(texts);
    });
  });
}

function addPackages(older, newer) {
  const files = readdirSync(older, { recursive: true, encoding: 'utf8' }).sort();
  let left = limit;
  for (const path of files) {
    if (left === 0) return;
    if (!languages[extname(path)] || skipped.test(path)) continue;
    const read = (folder) => {
      const file = join(folder, path);
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat?.isFile() && stat.size <= mostBytes ? readFileSync(file) : undefined;
    };
    if (add(sourceOf(newer), path, read(older), read(newer))) left--;
  }
}

function add(source, path, older, newer) {
  if (!older || !newer || older.equals(newer) || older.includes(0) || newer.includes(0)) return false;
  const before = older.toString('utf8');
  const after = newer.toString('utf8');
  if (before.includes('\ufffd') || after.includes('\ufffd') || before.trim() === '' || after.trim() === '')
    return false;
  if ([before, after].some((text) => text.split('\n').some((line) => line.length > longestLine)))
    return false;
  const key = `${before}\0${after}`;
  if (seen.has(key)) return false;
  seen.add(key);
  const language = languages[extname(path)];
  counts.set(language, (counts.get(language) ?? 0) + 1);
  writeSync(target, `${JSON.stringify({ source, path, language, before, after })}\n`);
  return true;
}
