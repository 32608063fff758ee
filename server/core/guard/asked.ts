/** What of a document was asked about, as lines; outside of it the guard may leave out restyling. */

import type { EditAsk, FixAsk, Region } from '../ask.ts';
import { lineAt, type Text } from '../text.ts';
import type { AskedLines } from './restyle.ts';

/**
 * Words of wishes whose fulfilment may change layout alone, in the languages that most wishes are written in. One too
 * many costs little: the edit then lands as the model wrote it.
 */
const restyling =
  /\b(?:re-?)?(?:format|indent|dedent|outdent|align|wrap|unwrap|reflow|beautif|prettif|prettier|tidy|clean|lint|styl|spac|whitespace|blank|newline|line[- ]?(?:break|length|width|feed|ending)|linebreak|crlf|eol|tabs?\b|quot|semicolon|commas?\b|trailing|parenthes|parens?\b|braces?\b|brackets?\b|layout|readab|one[- ]?line|single[- ]?line|multi[- ]?line|per line|\d+ col|biome|eslint|stylelint|dprint|black\b|ruff\b|gofmt|rustfmt|clang-format|editorconfig|style ?guide|convention|consisten|pep ?8)|formatier|einr[üu]ck|anf[üu]hrungszeichen|umbrech|umbruch|zeilen|klammer|leerzeichen|semikolon|formate|indente|guillemet|espace|virgule|parenth[èe]se|formatea|sangr|comilla|espacio|coma\b|par[ée]ntesis|格式|缩进|引号|分号|换行|整形|インデント|フォーマット|引用符|改行|отступ|кавыч|формат|пробел|скобк/i;
const namedLines =
  /\b(?:lines?|l\.|zeilen?|lignes?|l[ií]neas?|行)\s*(\d+)(?:\s*(?:-|–|—|to|through|and|bis|und|à|a)\s*(\d+))?/gi;

/** Nothing where the wish itself is about layout: then nothing is unrequested. */
export function askedLines(ask: EditAsk | FixAsk, text: Text): readonly AskedLines[] | undefined {
  const words = ask.task === 'edit' ? [ask.instruction] : ask.targets.map(({ message }) => message);
  if (words.some((said) => restyling.test(said))) return undefined;
  const places: Region[] = ask.task === 'fix' ? [ask.region, ...ask.targets] : [];
  // A region that is the whole document says nothing about where: then nothing but the named lines is asked about.
  if (ask.task === 'edit' && !isWhole(ask.region, text)) places.push(ask.region);
  const lines = places.map(({ start, end }) => ({
    first: lineAt(text, start),
    last: lineAt(text, lastOf(start, end)),
  }));
  return [...lines, ...words.flatMap(linesNamed)];
}

function isWhole({ start, end }: Region, { value }: Text): boolean {
  return value.slice(0, start).trim() === '' && value.slice(end).trim() === '';
}

/** A range that ends at the start of a line does not mean that line. */
function lastOf(start: number, end: number): number {
  return Math.max(start, end - 1);
}

function linesNamed(said: string): readonly AskedLines[] {
  return [...said.matchAll(namedLines)].map(([, from = '', to = from]) => {
    const ends = [Number(from) - 1, Number(to) - 1];
    return { first: Math.min(...ends), last: Math.max(...ends) };
  });
}
