/** What a prompt tells beside the task itself: the file, pieces of other files, recent changes. */

import type { AskDocument, RecentChange, Region, Snippet } from '../ask.ts';
import { unitOf, usualUnit } from '../indent.ts';

const earlierLeftOut = '[… earlier lines left out …]\n';
const laterLeftOut = '[… later lines left out …]\n';

/** The most that is said around the shown part of a file. */
export function fileOverhead(document: AskDocument): number {
  return headOf(document).length + earlierLeftOut.length + laterLeftOut.length;
}

/** `first`: the lines the file begins with, for a part that begins behind them. */
export function fileText(document: AskDocument, { start, end }: Region, first?: Region): string {
  const { text } = document;
  const head = headOf(document);
  if (text === '') return `${head}(empty)`;
  const beginning = first && first.end <= start ? text.slice(0, first.end) : '';
  const earlier = start > beginning.length ? earlierLeftOut : '';
  return `${head}${beginning}${earlier}${text.slice(start, end)}${end < text.length ? laterLeftOut : ''}`;
}

/** The newest changes that fit, oldest first; empty where none does. */
export function historyText(history: readonly RecentChange[], characters: number): string {
  let body = '';
  for (const { path, line, before, after } of history.toReversed()) {
    const text = `${path}, line ${line + 1}:\n${marked('-', before)}${marked('+', after)}`;
    if (historyHead.length + text.length + body.length > characters) break;
    body = text + body;
  }
  return body === '' ? '' : `${historyHead}${body}`;
}

/** The most helpful ones that fit; empty where none does. */
export function snippetsText(snippets: readonly Snippet[], characters: number): string {
  const shown: string[] = [];
  let left = characters;
  for (const { path, text } of snippets) {
    const piece = `From ${path}:\n${text.endsWith('\n') ? text : `${text}\n`}`;
    left -= piece.length + 1;
    if (left < 0) break;
    shown.push(piece);
  }
  return shown.join('\n');
}

/** Every line with a sign before it, as in a diff. */
export function marked(mark: string, text: string): string {
  if (text === '') return '';
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark}${line}\n`)
    .join('');
}

const historyHead = 'Recent changes, oldest first:\n';

/** A prompt is measured before it is made: each wants the same head. */
const heads = new WeakMap<AskDocument, string>();

function headOf(document: AskDocument): string {
  const known = heads.get(document);
  if (known !== undefined) return known;
  const head = `File ${document.path} (${document.languageId}${indentedWith(document)}):\n`;
  heads.set(document, head);
  return head;
}

/** Code units that tell a file's style. */
const telling = 20_000;

function indentedWith({ languageId, text }: AskDocument): string {
  const unit = usualUnit(languageId) ?? unitOf(text.slice(0, telling).split('\n'));
  if (!unit) return '';
  return unit.kind === 'tabs' ? ', indented with tabs' : `, indented with ${unit.width} spaces`;
}
