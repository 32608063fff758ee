/** Recipes for a name that is not defined here and that exactly one file of the workspace exports. */

import { literally } from '../pattern.ts';
import { endOfLine, isPython, isScript, startOfLine } from './find.ts';
import type { Broken, ExportSite, Recipe, SpelledFix } from './spelled.ts';
import { splitList } from './unused-import.ts';

/** Modules of Python's standard library that nearly always go by their own name. */
const pythonModules = new Set(
  'abc argparse ast asyncio base64 bisect calendar collections contextlib copy csv ctypes dataclasses datetime decimal difflib enum errno fnmatch fractions functools gc getpass glob gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json locale logging math mimetypes multiprocessing operator os pathlib pickle platform pprint queue random re sched secrets select shlex shutil signal socket sqlite3 ssl stat statistics string struct subprocess sys tempfile textwrap threading time timeit tokenize traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib'.split(
    ' ',
  ),
);

export const missingImport: readonly Recipe[] = [
  // TypeScript 2304 and 2503; ESLint no-undef.
  {
    pattern: /^Cannot find (?:name|namespace) '([\w$]+)'\.?$|^'([\w$]+)' is not defined\.?$/,
    needsExports: true,
    fix: (broken, match) => importName(broken, match[1] ?? match[2] ?? ''),
  },
  // pyflakes and ruff F821, pyright, mypy, pylint E0602.
  {
    pattern:
      /^[Uu]ndefined (?:name|variable) [`'"](\w+)[`'"]|^"(\w+)" is not defined$|^[Nn]ame [`'"](\w+)[`'"] is not defined$/,
    needsExports: true,
    fix: (broken, match) => importName(broken, match[1] ?? match[2] ?? match[3] ?? ''),
  },
  // rustc names the one path there is: "help: consider importing this struct: `use std::collections::HashMap;`".
  {
    pattern: /help: consider importing this [\w ]+:?\s*`?(use ([\w:]+));`?\s*$/,
    fix: (broken, match) => importRust(broken, match[1] ?? '', match[2] ?? ''),
  },
];

function importRust({ text, path, diagnostic }: Broken, use: string, name: string): SpelledFix | undefined {
  const before = text.slice(0, diagnostic.start);
  const module = before.search(/^(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+\s*\{(?![\s\S]*^\})/m);
  // An import at the top is not seen inside `mod tests { … }`.
  if (!path.endsWith('.rs') || module !== -1) return undefined;
  if (new RegExp(`^[ \\t]*${use}\\s*;`, 'm').test(text)) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const summary = `Import '${name}'`;
  const items = text.search(
    /^(?:pub(?:\([^)\n]*\))?[ \t]+)?(?:async |unsafe |const )*(?:fn|struct|enum|impl|trait|mod \w+ *\{)\b/m,
  );
  const head = items === -1 ? text : text.slice(0, items);
  // What no semicolon follows is no such line, and would be read to the end in vain.
  const ended = head.slice(0, head.lastIndexOf(';') + 1);
  const last = [...ended.matchAll(/^(?:pub(?:\([^)\n]*\))?[ \t]+)?use\s[^;]*;/gm)].at(-1);
  if (last) {
    const at = endOfLine(text, last.index + last[0].length);
    return { edit: [{ start: at, end: at, text: `${eol}${use};` }], summary };
  }
  // Behind what is about the whole file: `//!`, `#![…]` and the licence, but before the first item's own comment.
  const at = /^(?:(?:\/\/(?!\/(?!\/))[^\n]*|#!\[[^\n]*)?\r?\n)*/.exec(text)?.[0].length ?? 0;
  return { edit: [{ start: at, end: at, text: `${use};${eol}${eol}` }], summary };
}

function importName(broken: Broken, name: string): SpelledFix | undefined {
  const sites = broken
    .exportsOf(name)
    .filter(({ path }) => path !== broken.path && isPython(path) === isPython(broken.path));
  if (isPython(broken.path)) {
    if (sites.length === 0 && pythonModules.has(name))
      return inserted(broken, `import ${name}`, `Import '${name}'`);
    return sites.length === 1 ? importPython(broken, name, sites[0] as ExportSite) : undefined;
  }
  const [site] = sites;
  return isScript(broken.path) && sites.length === 1 && site ? importScript(broken, name, site) : undefined;
}

function importScript(broken: Broken, name: string, site: ExportSite): SpelledFix | undefined {
  const { text } = broken;
  const specifier = specifierOf(broken, site.path);
  const summary = `Import '${name}' from '${specifier}'`;
  const known = new RegExp(
    `^import\\s+(?!type\\b)(?:[\\w$]+\\s*,\\s*)?\\{([^}]*)\\}\\s*from\\s*["']${literally(specifier)}["']`,
    'm',
  ).exec(text);
  // Behind a comment a comma would be a part of it.
  if (known && site.kind === 'named' && !/\/[/*]/.test(known[1] ?? '')) {
    const open = known.index + known[0].indexOf('{') + 1;
    const items = splitList(text, open, open + (known[1] ?? '').length);
    const last = items.at(-1);
    if (!last) return undefined;
    const separator = (known[1] ?? '').includes('\n') ? `,${/\n\s*/.exec(known[1] ?? '')?.[0] ?? ' '}` : ', ';
    return { edit: [{ start: last.end, end: last.end, text: `${separator}${name}` }], summary };
  }
  const quote = /^import\b[^\n]*?(["'])/m.exec(text)?.[1] ?? "'";
  const first = /^import\b[^\n]*["'](;?)[ \t]*\r?$/m.exec(text);
  const semicolon = first ? (first[1] ?? '') : /;[ \t]*\r?$/m.test(text) || text.trim() === '' ? ';' : '';
  const clause = site.kind === 'default' ? name : `{ ${name} }`;
  return inserted(broken, `import ${clause} from ${quote}${specifier}${quote}${semicolon}`, summary);
}

/** Relative, with the file extension written as the document's other imports write it. */
function specifierOf({ path, text }: Broken, target: string): string {
  const relative = relativePath(path, target);
  const style = /from\s*["']\.{1,2}\/[^"'\n]*?(\.[cm]?[jt]sx?)?["']/.exec(text)?.[1];
  const bare = relative.replace(/\.(?:d\.)?([cm]?)[jt]sx?$/, '');
  if (style === undefined) return bare.replace(/\/index$/, '') || '.';
  if (/ts/.test(style)) return relative;
  return relative.replace(/\.([cm]?)tsx?$/, '.$1js');
}

function relativePath(from: string, to: string): string {
  const source = from.split('/').slice(0, -1);
  const target = to.split('/');
  let shared = 0;
  while (shared < source.length && shared < target.length - 1 && source[shared] === target[shared]) shared++;
  const up = source.length - shared;
  return (up === 0 ? './' : '../'.repeat(up)) + target.slice(shared).join('/');
}

function importPython(broken: Broken, name: string, site: ExportSite): SpelledFix | undefined {
  const { text, path } = broken;
  const relative = relativePath(path, site.path)
    .replace(/\.pyi?$/, '')
    .replace(/\/__init__$/, '');
  const ups = relative.startsWith('./') ? 0 : (relative.match(/\.\.\//g)?.length ?? 0);
  const tail = relative.replace(/^(?:\.\.?\/)+/, '').replaceAll('/', '.');
  if (!/^[A-Za-z_][\w.]*$/.test(tail)) return undefined;
  let from: string;
  if (/^from\s+\./m.test(text)) from = `${'.'.repeat(ups + 1)}${tail}`;
  else {
    // Absolute: only where another import shows from which folder names are counted.
    const parts = site.path
      .replace(/\.pyi?$/, '')
      .replace(/\/__init__$/, '')
      .split('/');
    const roots = [...text.matchAll(/^(?:from|import)\s+([A-Za-z_]\w*)/gm)].map((match) => match[1] ?? '');
    const at = parts.findIndex((part) => roots.includes(part));
    if (at === -1 && ups > 0) return undefined;
    from = at === -1 ? tail : parts.slice(at).join('.');
  }
  const summary = `Import '${name}' from '${from}'`;
  const known = new RegExp(
    `^from[ \\t]+${literally(from)}[ \\t]+import[ \\t]+([\\w, \\t]+?)[ \\t]*\\r?$`,
    'm',
  ).exec(text);
  if (known) {
    const at = known.index + known[0].trimEnd().length;
    return { edit: [{ start: at, end: at, text: `, ${name}` }], summary };
  }
  return inserted(broken, `from ${from} import ${name}`, summary);
}

/** A statement on a line of its own, behind the last import, or before the first code. */
function inserted(broken: Broken, statement: string, summary: string): SpelledFix | undefined {
  const { text, path } = broken;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const last = lastImport(text, path);
  if (last !== undefined) return { edit: [{ start: last, end: last, text: eol + statement }], summary };
  if (/\.(?:vue|svelte|astro)$/.test(path)) return inScript(broken, statement + eol, summary);
  const at = firstCode(text, path);
  return {
    edit: [{ start: at, end: at, text: `${statement}${eol}${text.slice(at).trim() === '' ? '' : eol}` }],
    summary,
  };
}

/** Behind the tag, or the `---`, that opens the script the name stands in: what is around it is no code. */
function inScript({ text, diagnostic }: Broken, statement: string, summary: string): SpelledFix | undefined {
  const before = text.slice(0, diagnostic.start);
  const opening = before.startsWith('---') ? /^---[ \t]*\r?\n/g : /<script\b[^>]*>[ \t]*\r?\n/g;
  const last = [...before.matchAll(opening)].at(-1);
  if (!last) return undefined;
  const at = last.index + last[0].length;
  if (/^---|<\/script/m.test(before.slice(at))) return undefined;
  const indent = /^[ \t]*/.exec(text.slice(at))?.[0] ?? '';
  return { edit: [{ start: at, end: at, text: indent + statement }], summary };
}

function lastImport(text: string, path: string): number | undefined {
  const pattern = isPython(path)
    ? /^(?:from[ \t]+\S+[ \t]+)?import[ \t]+(?:\([^)]{0,4000}\)|[^\n(]*)/gm
    : /^import\b(?![ \t]*\()[^;"'()]{0,4000}(["'])[^"'\n]*\1(?:[ \t]*with[ \t]*\{[^}]{0,400}\})?[ \t]*;?/gm;
  let end: number | undefined;
  for (const match of text.matchAll(pattern)) {
    // Imports further down, behind code, are there for a reason.
    if (
      end !== undefined &&
      /^(?:def|class|const|let|var|function|export)\b/m.test(text.slice(end, match.index))
    )
      break;
    end = endOfLine(text, match.index + match[0].trimEnd().length);
  }
  return end;
}

function firstCode(text: string, path: string): number {
  let at = 0;
  if (text.startsWith('#!')) at = nextLine(text, 0);
  const line = isPython(path) ? /#|[ \t\r]*\n/y : /\/\/|[ \t\r]*\n|(["'])use \w+\1/y;
  const block = isPython(path) ? /"""|'''/y : /\/\*/y;
  for (;;) {
    line.lastIndex = at;
    block.lastIndex = at;
    const open = block.exec(text)?.[0];
    const close = open === '/*' ? '*/' : open;
    const end =
      open !== undefined && close !== undefined
        ? text.indexOf(close, at + open.length)
        : line.test(text)
          ? at
          : -1;
    const next = end === -1 ? 0 : text.indexOf('\n', end) + 1;
    if (next === 0) return startOfLine(text, at);
    at = next;
  }
}

function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}
