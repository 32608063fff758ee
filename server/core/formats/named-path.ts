/**
 * Named path: the file that a line before a change names, with what models put around one. A path that is missed puts
 * the change into another file, and a word that is taken for one refuses it.
 */

/** Longer lines name no file, in UTF-16 code units. */
const longestPath = 400;

/** Marks of headings, lists, quotations and comments; then words that lead to a path. */
const leading =
  /^(?:#{1,6}\s+|\/\/+\s*|\/\*+\s*|<!--\s*|--\s+|;+\s+|#\s+|>\s+|[-*+]\s+|\d{1,3}[.)]\s+)+|^\*{1,3}(?=\S)/;
const words =
  /^(?:(?:in|for|update|edit|modify|create|updated|modified|new)\s+)?(?:the\s+)?(?:(?:file|filename|filepath|path|file path)\b\s*:?\s+|(?:file|filename|filepath|path)\s*:\s*)?/i;
const trailing =
  /(?:\s*\*\/|\s*-->|\s*\((?:new|updated|modified|changed|edited|created)(?: file)?\)|[*:]+|\s+)$/i;
/** `:12-20`, `#L12`. */
const lineRange = /(?::\d+(?:[-:,]\d+)?|#L\d+(?:-L?\d+)?)$/;

/** A line that only names a file. */
export function pathIn(line: string): string | undefined {
  if (line.length > longestPath) return undefined;
  const said = line.trim();
  const tagged = attributeIn(said) ?? /^<path>([^<>]+)<\/path>$/i.exec(said)?.[1];
  if (tagged !== undefined) return asPath(tagged.trim(), true);
  let bare = said.replace(leading, '');
  for (let i = 0; i < 4; i++) bare = bare.replace(trailing, '');
  bare = bare
    .replace(leading, '')
    .replace(words, '')
    .replace(/^\*{1,3}\s*/, '')
    .replace(/^(_{1,2})(.+\.\w+)\1$/, '$2');
  const [, link] = /^\[([^[\]]+)\]\([^()]*\)$/.exec(bare) ?? [];
  const [, , quoted] = /^([`'"])(.+)\1$/.exec(link ?? bare) ?? [];
  return asPath(
    (quoted ?? (link ?? bare).replace(/^[`'"]+|[`'"]+$/g, '')).replace(lineRange, ''),
    quoted !== undefined,
  );
}

/** What a fence says of its file behind its language: a path, or one as an attribute. */
export function pathInFence(line: string): string | undefined {
  if (line.length > longestPath) return undefined;
  const [, info = ''] = /^\s*(?:`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
  const [, attribute] = /\b(?:title|file|filename|path)\s*=\s*["']?([^"'\s{}]+)/i.exec(info) ?? [];
  if (attribute !== undefined) return asPath(attribute, true);
  const named = info.split(/[\s:]+/).find((word) => /[/\\]/.test(word) && word.length > 1);
  return named === undefined ? undefined : asPath(named.replace(lineRange, ''), false);
}

/** `<file path="…">`, with other names. */
function attributeIn(said: string): string | undefined {
  return /^<(?:file|edit|document|change)\b[^<>]*\b(?:path|name|filename|file)\s*=\s*["']([^"'<>]+)["'][^<>]*>$/i.exec(
    said,
  )?.[1];
}

/** Names may hold brackets, and letters of any script; alone on a line, no more than no word has. */
const letters = String.raw`\p{L}\p{N}\p{M}_@.+~$[\]`;
const segment = String.raw`[${letters}%&(){}=!,#\-]`;
const name = new RegExp(String.raw`^[${letters}\-]*\.[A-Za-z]\w{0,11}$`, 'u');
const below = new RegExp(String.raw`^${segment}*(?:[/\\](?:${segment}| )+)+\.[A-Za-z]\w{0,11}$`, 'u');
const withoutEnding =
  /^(?:Makefile|Dockerfile|Containerfile|Jenkinsfile|Gemfile|Rakefile|Procfile|Vagrantfile|Justfile|LICENSE|README)$/;
/** A name without an ending is told from a word by where it leads from. */
const rooted = new RegExp(String.raw`^(?:\.{1,2}|~|[A-Za-z]:)?(?:[/\\]${segment}+)+$`, 'u');

function asPath(bare: string, isQuoted: boolean): string | undefined {
  if (name.test(bare) || below.test(bare) || rooted.test(bare) || withoutEnding.test(bare)) return bare;
  const spaced = isQuoted && /^[^<>|*?"`\n]+[/\\][^<>|*?"`\n/\\]+\.[A-Za-z]\w{0,11}$/.test(bare);
  return spaced ? bare : undefined;
}
