/**
 * Texts without their surroundings: a change of the past, a snippet, a message, an instruction. What says that a line
 * is a secret may be missing here, so besides the usual scan a line that is nothing but base64 counts as one of a
 * private key, and everything the vault learnt from whole documents is looked for by value.
 */

import { placeholderHead, placeholderPattern } from '../../core/placeholder.ts';
import { detached } from '../../core/text.ts';
import { redact, redactedText } from './redaction.ts';
import { behind, type Span } from './scan.ts';
import type { Vault } from './vault.ts';

/** Pieces that are remembered; an ask tells some ten. */
const mostRemembered = 64;

/** A redactor of pieces that remembers those which hold no secret: the same are told with one ask after another. */
export function createFragments(vault: Vault): (text: string) => string {
  const plain = new Set<string>();
  /** What the vault knew by value when they were looked through. */
  let known = vault.contextual();
  return (text) => {
    const now = vault.contextual();
    if (now !== known || plain.size > mostRemembered) plain.clear();
    known = now;
    if (plain.has(text)) return text;
    const redacted = redactFragment(text, vault);
    if (redacted === text) plain.add(detached(text));
    return redacted;
  };
}

/** PEM lines have 64, OpenSSH's 70; the last one of a key is short and worthless alone. */
const leastKeyLine = 40;
const mostKeyLine = 100;

/** A line of a key that is written in one with others, ended or begun by an escape (`\\n`), however often escaped itself. */
const escapedKeyLine =
  /(?<=\\[nr])[A-Za-z0-9+/]{40,100}={0,2}(?=[\\"'`\s]|$)|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,100}={0,2}(?=\\{1,4}[nr])/g;

export function redactFragment(text: string, vault: Vault): string {
  const redacted = redactedText(redact(text, vault), vault);
  // Looked for first, which is done at once where most lines are long and none is a key.
  if (!/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}/.test(redacted)) return redacted;
  const hide = (body: string): string => (isOrdinary(body) ? body : vault.placeholderFor(body, 'privateKey'));
  return redacted.replace(escapedKeyLine, hide).replace(/[^\n\r]{40,}/g, (line) => {
    const { start, end } = keyIn(line);
    const body = line.slice(start, end);
    return body === '' ? line : line.slice(0, start) + hide(body) + line.slice(end);
  });
}

/**
 * The base64 that the line consists of, save quotes, marks of comments and escaped line ends; empty where it does not.
 * Every letter is read a bounded number of times: a plus or slash belongs to either, so nothing is tried twice.
 */
function keyIn(line: string): Span {
  const none = { start: 0, end: 0 };
  let start = behind(line, /[ \t"'`#*/;+>|-]*/y, 0);
  let end = behind(line, /[A-Za-z0-9+/]*/y, start);
  while (end - start < leastKeyLine && start > 0 && /[+/]/.test(line.charAt(start - 1))) start--;
  while (end - start > mostKeyLine && line.charAt(end - 1) === '+') end--;
  if (end - start < leastKeyLine || end - start > mostKeyLine) return none;
  end = behind(line, /={0,2}/y, end);
  const rest = behind(line, /[ \t"'`,;+\\)]*/y, behind(line, /(?:\\[nrt])*/y, end));
  return rest === line.length ? { start, end } : none;
}

/** One long name, a hash (hex), or a placeholder. */
function isOrdinary(body: string): boolean {
  return !/[0-9]/.test(body) || !/[A-Z]/.test(body) || !/[a-z]/.test(body) || placeholderHead(body) !== body;
}

/** Replaces by something that cannot be put back, for texts that are learnt from and kept beyond this process. */
export function maskSecrets(text: string, vault: Vault): string {
  const redacted = redactFragment(text, vault);
  return redacted === text
    ? text
    : redacted.replace(placeholderPattern(), (match) => 'x'.repeat(match.length));
}
