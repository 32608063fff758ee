/**
 * Imports: the files a text names, as the paths they may have. Found line by line, no parser; what is no file of the
 * workspace is found out by whoever looks.
 *
 * Paths are relative to the workspace folder, with `/`.
 */

/** One entry for each import, its possible paths most likely first. */
export function importedPaths(path: string, text: string): readonly (readonly string[])[] {
  const extension = /\.([A-Za-z0-9+]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const read = readers.find(({ extensions }) => extensions.includes(extension));
  if (!read) return [];
  const found = new Map<string, readonly string[]>();
  for (const match of text.slice(0, mostRead).matchAll(read.pattern)) {
    const name = match.slice(1).find((group) => group !== undefined);
    if (name === undefined || found.has(name)) continue;
    const candidates = read
      .candidates(name, folderOf(path))
      .filter((each) => each !== undefined && each !== path);
    if (candidates.length > 0) found.set(name, candidates);
    if (found.size >= mostImports) break;
  }
  return [...found.values()];
}

/** Imports stand at the top; a longer text is not searched to its end. */
const mostRead = 200_000;
const mostImports = 60;

interface Reader {
  readonly extensions: readonly string[];
  readonly pattern: RegExp;
  readonly candidates: (name: string, folder: string) => readonly string[];
}

const scriptEndings = [
  '.ts',
  '.tsx',
  '.js',
  '.jsx',
  '.mjs',
  '.vue',
  '.svelte',
  '.d.ts',
  '/index.ts',
  '/index.tsx',
  '/index.js',
];

const readers: readonly Reader[] = [
  {
    extensions: ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte', 'astro'],
    pattern: /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'](\.{1,2}\/[^"'\n]+|\.{1,2})["']/g,
    candidates(name, folder) {
      const whole = joined(folder, name);
      if (whole === undefined) return [];
      // TypeScript's imports may name the file that will be made of theirs.
      const source = whole.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');
      return [...new Set([source, whole, ...scriptEndings.map((ending) => whole + ending)])].filter((each) =>
        /\.\w+$/.test(each),
      );
    },
  },
  {
    extensions: ['py', 'pyi'],
    pattern: /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import\b|import[ \t]+([\w.]+))/gm,
    candidates(name, folder) {
      const dots = /^\.*/.exec(name)?.[0].length ?? 0;
      const rest = name.slice(dots).replaceAll('.', '/');
      const bases = dots === 0 ? [folder, '', 'src'] : [joined(folder, '../'.repeat(dots - 1) || '.') ?? ''];
      return bases.flatMap((base) => {
        const module = [base, rest].filter((each) => each !== '').join('/');
        return module === '' ? [] : [`${module}.py`, `${module}/__init__.py`];
      });
    },
  },
  {
    extensions: ['rs'],
    pattern:
      /^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?(?:mod[ \t]+(\w+)[ \t]*;|use[ \t]+((?:crate|super|self)(?:::\w+)+))/gm,
    candidates(name, folder) {
      const steps = name.split('::');
      const [first] = steps;
      if (first !== 'crate' && first !== 'super' && first !== 'self') return modules(folder, [name]);
      const base = first === 'crate' ? 'src' : first === 'super' ? (joined(folder, '..') ?? '') : folder;
      // The last step is a module or a name in one.
      return [...modules(base, steps.slice(1)), ...modules(base, steps.slice(1, -1))];
    },
  },
  {
    extensions: ['c', 'h', 'cc', 'cpp', 'cxx', 'hpp', 'hh', 'm', 'mm'],
    pattern: /^[ \t]*#[ \t]*(?:include|import)[ \t]*"([^"\n]+)"/gm,
    candidates: (name, folder) =>
      [joined(folder, name), joined('include', name), joined('src', name), joined('', name)].filter(
        (each) => each !== undefined,
      ),
  },
  {
    extensions: ['java', 'kt', 'scala', 'groovy'],
    pattern: /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)/gm,
    candidates(name, folder) {
      const file = name.replaceAll('.', '/');
      const roots = /^(.*?\b(?:java|kotlin|scala|src))\//.exec(`${folder}/`)?.[1];
      return ['java', 'kt', 'scala'].flatMap((ending) => [
        ...(roots === undefined ? [] : [`${roots}/${file}.${ending}`]),
        `src/main/java/${file}.${ending}`,
        `${file}.${ending}`,
      ]);
    },
  },
  {
    extensions: ['rb'],
    pattern: /^[ \t]*(?:require_relative[ \t(]+["']([^"'\n]+)["']|require[ \t(]+["']([\w/]+)["'])/gm,
    candidates: (name, folder) =>
      [joined(folder, name), joined('lib', name), joined('app', name)]
        .filter((each) => each !== undefined)
        .map((each) => (each.endsWith('.rb') ? each : `${each}.rb`)),
  },
  {
    extensions: ['lua'],
    pattern: /\brequire\s*(?:\(\s*)?["']([\w./-]+)["']/g,
    candidates(name) {
      const file = name.replaceAll('.', '/');
      return [`lua/${file}.lua`, `lua/${file}/init.lua`, `${file}.lua`, `${file}/init.lua`];
    },
  },
  {
    extensions: ['php'],
    pattern: /\b(?:require|include)(?:_once)?\s*(?:\(\s*)?(?:__DIR__\s*\.\s*)?["']\/?([^"'\n]+\.php)["']/g,
    candidates: (name, folder) => [joined(folder, name), name].filter((each) => each !== undefined),
  },
  {
    extensions: ['css', 'scss', 'less'],
    pattern: /@(?:import|use|forward)\s+(?:url\(\s*)?["']([^"'\n]+)["']/g,
    candidates(name, folder) {
      const whole = joined(folder, name);
      if (whole === undefined) return [];
      const partial = whole.replace(/([^/]+)$/, '_$1');
      return [whole, `${whole}.scss`, `${partial}.scss`, `${whole}.css`, `${whole}.less`].filter((each) =>
        /\.\w+$/.test(each),
      );
    },
  },
  {
    extensions: ['sh', 'bash', 'zsh'],
    pattern: /^[ \t]*(?:source|\.)[ \t]+["']?(?:\$\{?\w+\}?\/)?([\w./-]+)/gm,
    candidates: (name, folder) => [joined(folder, name), name].filter((each) => each !== undefined),
  },
];

function modules(base: string, steps: readonly string[]): readonly string[] {
  const module = [base, ...steps].filter((each) => each !== '').join('/');
  return steps.length === 0 ? [] : [`${module}.rs`, `${module}/mod.rs`];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Nothing for a path that leads out of the workspace folder. */
function joined(folder: string, name: string): string | undefined {
  const steps: string[] = [];
  for (const step of `${folder}/${name}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join('/');
}
