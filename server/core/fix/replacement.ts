/** Recipes for messages that name the wrong text and the right one. */

import { findWord, isWhole } from './find.ts';
import type { Recipe } from './spelled.ts';

const quoted = `['"\`‘“]([^'"\`’”]+)['"\`’”]`;

/** Replaces the one named word where it stands in the diagnostic's range. */
function didYouMean(pattern: RegExp): Recipe {
  return {
    pattern,
    fix({ diagnostic, text }, match) {
      const wrong = match[1] ?? '';
      const right = match[2] ?? '';
      if (wrong === right || !/^[\w$][\w$.:!-]*$/.test(right)) return undefined;
      const place = findWord(text, diagnostic, wrong);
      if (!place) return undefined;
      return { edit: [{ ...place, text: right }], summary: `Replace '${wrong}' with '${right}'` };
    },
  };
}

export const replacement: readonly Recipe[] = [
  // TypeScript 2551, 2552, 2561, 2570, 2662, 2663, 2724, 2728; clang and gcc; pyright.
  didYouMean(
    new RegExp(
      `${quoted}[^'"\`‘“]*(?:${quoted.replace('(', '(?:')}[^'"\`‘“]*)?[Dd]id you mean(?: to (?:write|use))?(?: the (?:instance|static) member)?:? ${quoted}\\s*\\??`,
    ),
  ),
  // Python itself since 3.10: "name 'foo' is not defined. Did you mean: 'for'?" is matched above. mypy:
  didYouMean(new RegExp(`has no attribute ${quoted}; maybe ${quoted}\\??$`)),
  // rustc: "cannot find value `lenght` in this scope … help: a local variable with a similar name exists: `length`".
  didYouMean(
    /(?:cannot find (?:[a-z]+ )*|no (?:[a-z]+ )*(?:named |found )?|unresolved import )`([\w]+)`[\s\S]*?with a similar name(?: exists)?:? `([\w]+)`/,
  ),
  didYouMean(
    /no (?:method|field|function or associated item|variant or associated item|variant)[a-z ]* `(\w+)`[\s\S]*?there is (?:a|an) [a-z ]+ `(\w+)` with a similar name/,
  ),
  // gopls: "x.name undefined (type T has no field or method name, but does have method Name)".
  didYouMean(/has no field or method (\w+), but does have (?:field|method) (\w+)\)/),
  // ESLint eqeqeq, Biome noDoubleEquals.
  {
    pattern:
      /^Expected '([!=]==)' and instead saw '([!=]=)'|^(?:Using|Use) ([!=]==)(?: may be unsafe if you are relying on type coercion| instead of ([!=]=))/,
    fix({ diagnostic, text }, match) {
      const right = match[1] ?? match[3] ?? '';
      const wrong = match[2] ?? match[4] ?? right.slice(0, 2);
      const found: number[] = [];
      const source = text.slice(diagnostic.start, diagnostic.end);
      for (const at of source.matchAll(/[!=]==?/g))
        if (at[0] === wrong) found.push(diagnostic.start + at.index);
      const [start] = found;
      if (found.length !== 1 || start === undefined) return undefined;
      return {
        edit: [{ start, end: start + wrong.length, text: right.length > 2 ? right : `${wrong}=` }],
        summary: `Use '${right}'`,
      };
    },
  },
  // rustc and clippy: "help: consider borrowing here: `&name`", "help: try: `…`", "help: use …: `…`".
  {
    pattern: /help: (?:consider|try|change this to|use|replace)[^`\n]*:? `([^`\n]+)`\s*$/,
    fix({ diagnostic, text }, match) {
      const right = match[1] ?? '';
      const wrong = text.slice(diagnostic.start, diagnostic.end);
      const [name] = /\w{2,}/.exec(wrong) ?? [];
      // A help that shares no word with the range is about another place.
      if (
        wrong === right ||
        // A statement for the top of the file: `missing-import.ts`.
        right.startsWith('use ') ||
        wrong.includes('\n') ||
        name === undefined ||
        !new RegExp(`\\b${name}\\b`).test(right)
      )
        return undefined;
      if (!isWhole(text, diagnostic.start, diagnostic.end)) return undefined;
      return {
        edit: [{ start: diagnostic.start, end: diagnostic.end, text: right }],
        summary: `Replace '${wrong}' with '${right}'`,
      };
    },
  },
];
