/**
 * Texts without their surroundings: a change of the past, a snippet, a message, an instruction. What says that a line
 * is a secret may be missing here, so besides the usual scan a line that is nothing but base64 counts as one of a
 * private key, and everything the vault learnt from whole documents is looked for by value.
 */

import { placeholderHead, placeholderPattern } from '../../core/placeholder.ts';
import { redact, redactedText } from './redaction.ts';
import type { Vault } from './vault.ts';

/** PEM lines have 64, OpenSSH's 70; the last one of a key is short and worthless alone. */
const keyLine =
  /(?<=^|[\n\r])([ \t"'`#*/;+>|-]*)([A-Za-z0-9+/]{40,100}={0,2})(?=(?:\\[nrt])*[ \t"'`,;+\\)]*(?:$|[\n\r]))/g;

export function redactFragment(text: string, vault: Vault): string {
  const redacted = redactedText(redact(text, vault), vault);
  return redacted.replace(keyLine, (line, lead: string, body: string) =>
    isOrdinary(body) ? line : lead + vault.placeholderFor(body, 'privateKey'),
  );
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
