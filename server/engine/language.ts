/**
 * Language: which files speak alike, told by the end of their names: an editor's language ids name only open
 * documents, and `javascript` learns from `typescript`.
 */

import type { AskDocument } from '../core/ask.ts';

const families: readonly (readonly string[])[] = [
  ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte', 'astro'],
  ['py', 'pyi', 'pyx'],
  ['c', 'h', 'cc', 'cpp', 'cxx', 'hh', 'hpp', 'hxx', 'inl', 'm', 'mm'],
  ['java', 'kt', 'kts', 'scala', 'groovy', 'gradle'],
  ['css', 'scss', 'less', 'sass'],
  ['html', 'htm', 'xhtml'],
  ['sh', 'bash', 'zsh', 'ksh'],
  ['rb', 'rake', 'gemspec'],
  ['yml', 'yaml'],
  ['json', 'jsonc', 'json5'],
  ['md', 'markdown', 'mdx', 'rst', 'txt'],
];

/** The family of a file: the first extension of its group, or its own. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1) : name;
  return families.find((family) => family.includes(extension))?.[0] ?? extension;
}

/** The path that a corpus gives the same file: absolute for files on disk, the document's own name for others. */
export function pathOf(document: Pick<AskDocument, 'uri' | 'path'>): string {
  if (!document.uri.startsWith('file://')) return document.path;
  const encoded = document.uri.slice('file://'.length).replace(/^[^/]*/, '');
  // A stray `%` makes an encoded path unreadable; it then is taken as it stands.
  if (/%(?![0-9a-fA-F]{2})/.test(encoded)) return encoded;
  const path = encoded.replace(/(?:%[0-9a-f]{2})+/gi, unescaped);
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

/** Of escaped UTF-8, as a disk shows a name: what is none becomes a replacement character. */
function unescaped(escapes: string): string {
  const bytes = escapes.split('%').slice(1);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
}
