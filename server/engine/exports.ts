/** Names that a file offers to others, found line by line: enough to write an import, no parser. */

import { isPython, isScript } from '../core/fix/find.ts';

export interface ExportedName {
  readonly name: string;
  readonly kind: 'named' | 'default';
}

/** No file of people has more; a bigger one is generated. */
const mostNames = 400;

export function exportedNames(path: string, text: string): ExportedName[] {
  if (isScript(path)) return scriptNames(text);
  if (isPython(path)) return pythonNames(text);
  return [];
}

function scriptNames(text: string): ExportedName[] {
  const names: ExportedName[] = [];
  const pattern =
    /^export\s+(?:(default)\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|type|enum|const\s+enum|const|let|var|namespace)\s+([A-Za-z_$][\w$]*)|^export\s+(?:type\s+)?\{([^}]*)\}/gm;
  for (const match of text.matchAll(pattern)) {
    if (names.length >= mostNames) break;
    const [, isDefault, declared, list] = match;
    if (declared !== undefined)
      names.push({ name: declared, kind: isDefault === undefined ? 'named' : 'default' });
    // What is passed on from elsewhere has another home; importing it from there is the shorter way.
    else if (
      !/^\s*from\b/.test(text.slice(match.index + match[0].length, match.index + match[0].length + 20))
    ) {
      for (const item of (list ?? '').split(',')) {
        const name =
          item
            .replace(/^\s*type\s+/, '')
            .split(/\sas\s+/)
            .at(-1)
            ?.trim() ?? '';
        if (/^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default') names.push({ name, kind: 'named' });
      }
    }
  }
  return names;
}

function pythonNames(text: string): ExportedName[] {
  const names: ExportedName[] = [];
  for (const match of text.matchAll(
    /^(?:(?:async\s+)?def|class)\s+([A-Za-z]\w*)|^([A-Z][A-Z0-9_]+)\s*(?::[^=\n]+)?=/gm,
  )) {
    if (names.length >= mostNames) break;
    names.push({ name: match[1] ?? match[2] ?? '', kind: 'named' });
  }
  return names;
}
