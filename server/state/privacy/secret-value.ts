/**
 * Whether a value that stands where a secret would is one, or only a name, an example or a reference to a variable:
 * judged by its letters, and by what it is called.
 */

import { shortestPlaceholder } from '../../core/placeholder.ts';

export interface ValueContext {
  /** What the value is assigned to. */
  readonly name?: string;
  /** Written as a literal, so that it cannot be the name of something. */
  readonly literal?: boolean;
  /** One of a list or of a call's arguments, so that it may be the next name rather than a value. */
  readonly isListed?: boolean;
}

/** What a secret is called, as the source of a pattern that disregards case. */
export const secretName =
  '(?:pass(?:word|wd|wort|phrase|code)?|pwd|secret|token|credential|api[_-]?key|apikey|(?:access|private|signing|encryption|account|master|auth|client|shared|preshared|service|subscription|license|session|storage|deploy|webhook|hmac|cipher|aes|app|admin|root)[_-]?key|auth|psk\\b|(?<=[_-])pat(?![a-z])|securestring|identified by|contrase[nñ]a|senha|mot_de_passe|密码|密碼|パスワード|비밀번호|пароль)';

const isSecretName = new RegExp(secretName, 'i');
/** Of a password whatever is not plainly a word counts; of a token or key only what looks drawn by lot. */
const isPasswordName =
  /pass|pwd|secret|securestring|psk|identified|contrase|senha|密码|密碼|パスワード|비밀번호|пароль/i;

/** Words that hold one of ours by chance, and measures (`tokens`, `token_count`, `tokenizer`): they name no secret. */
const harmlessWords =
  /tokens|token[_-]?(?:counts?|limits?|types?|ids?|budget|len(?:gth)?|sizes?|index|start|end|stream|string|kind|class)(?![a-z])|tokeni[a-z]*|passed|passing|passive|passengers?|passages?|pass[_-]?(?:through|thru|time|count|rate|es(?![a-z]))|author(?!iz)[a-z]*|secretar(?:y|ies)|keys$/gi;

/** `buypass`, `compass`: what ends a word of another meaning. */
export const isWordEnd = (before: string, name: string): boolean =>
  /^pass(?![wpc])/i.test(name) && /(?:by|buy|com|tres|sur|over|under|im)$/i.test(before);

const examples =
  /^(?:x+|\*+|\.+|-+|_+|0+|change[-_ ]?me.*|(?:your|my|some|the|an?)[-_ ].*|examples?.*|placeholder.*|redacted|hidden|dummy.*|required|optional|null|none|nil|undefined|true|false|string|number|boolean|password|passwd|secret|token)$/i;

export function isReference(value: string): boolean {
  return /^[$%{<]|^\*+$|^[&*][a-z_][a-z_-]*$|\$\{|\{\{|\{[a-z_][\w.]{0,60}\}|<[a-z_ -]+>/i.test(value);
}

export function isSecret(value: string, { name, literal, isListed }: ValueContext): boolean {
  if (value.length < shortestPlaceholder || isReference(value) || examples.test(value)) return false;
  if (name !== undefined && isOnlyHarmless(name)) return false;
  // A text for people, an address or a path, the name of something in a registry.
  if (/\s/.test(value) || /^(?:[a-z]+:\/\/|\.{0,2}\/|(?:urn|arn|oid|data):)/i.test(value)) return false;
  if (/^\d+(?:\.\d+){2,}$/.test(value) || isExpression(value) || isPattern(value)) return false;
  if (isRoute(value) || (/^[\w.-]+:\d{2,5}$/.test(value) && value.includes('.'))) return false;
  const letters = /[A-Za-z]/.test(value);
  const digits = /[0-9]/.test(value);
  if (name !== undefined && isPasswordName.test(name) && (literal || !(isName(value) || isPath(value)))) {
    return digits || (letters && /[!@#$%^&*?+~=]/.test(value));
  }
  if (isName(value) || isSlug(value) || (!literal && isPath(value)) || (isListed && isWordy(value)))
    return false;
  return letters && digits && value.length >= 8 && entropy(value) >= 2.5;
}

function isOnlyHarmless(name: string): boolean {
  const rest = name.replace(harmlessWords, '');
  return rest !== name && !isSecretName.test(rest);
}

/** `user:password` in base64, or the beginning of it. */
export function isBasic(value: string): boolean {
  const whole = value.replace(/=+$/, '');
  try {
    return /^[\x20-\x7e]{0,100}:/.test(atob(whole.slice(0, whole.length - (whole.length % 4))));
  } catch {
    // No base64, which is an answer.
    return false;
  }
}

/** `certs[0][2]`, `read(a1)`: an element or a call, as code has them. */
function isExpression(value: string): boolean {
  return /^[A-Za-z_$][\w$.]{0,100}(?:\[[\w"'.-]{0,60}\]|\([\w"', .-]{0,60}\))+[\w.()]{0,100}[,;]?$/.test(
    value,
  );
}

/** `projects/1/secrets/name`: where something is. */
function isRoute(value: string): boolean {
  const parts = value.split('/');
  return (
    parts.length > 2 &&
    parts.every((part) => /^(?:\*|\d{1,6})?$/.test(part) || isWordy(part.replace(/[-.]/g, '_')))
  );
}

/** `v4-unsigned-body`: three words or more. */
function isSlug(value: string): boolean {
  const parts = value.split(/[-_./]/);
  return parts.length > 2 && parts.every((part) => /^(?:[A-Za-z]{2,16}\d{0,3}|[a-z]\d{1,2})$/.test(part));
}

/** What finds secrets is none: a regular expression. */
function isPattern(value: string): boolean {
  return /\\[bdsw]|\](?:[+*]|\{\d)|\(\?[:i=!<]/.test(value);
}

/** `asn1js.OctetString`, `credentials_1::Credentials`: each part made of words, with a number here and there. */
function isPath(value: string): boolean {
  const parts = value.split(/\.|::|->/);
  return parts.length > 1 && parts.every(isWordy);
}

function isWordy(part: string): boolean {
  if (!/^[A-Za-z_$][\w$]{0,80}$/.test(part)) return false;
  const numbers = part.match(/\d+/g) ?? [];
  const capitals = part.match(/[A-Z]/g) ?? [];
  return (
    numbers.length <= 2 &&
    numbers.every((number) => number.length <= 3) &&
    (capitals.length * 3 <= part.length || !/[a-z]/.test(part))
  );
}

/** `snake_case2`, `CamelCase`, `a.b.c()`: words with a number at most at the end, as names in code are. */
function isName(value: string): boolean {
  if (/^u?int\d+$|^float\d+$|^[A-Z][a-z]+\d+[A-Z][a-z]+$/.test(value)) return true;
  return (
    /^[A-Za-z_$][a-z]*(?:[A-Z_.$-][a-z]*)*\d{0,2}$/.test(value) &&
    value.length < 200 &&
    /[_.A-Z$-]/.test(value.slice(1)) &&
    !isDense(value)
  );
}

/** Long, and as unordered as random letters are: no words. */
export function isDense(value: string): boolean {
  return (
    value.length >= 20 &&
    entropy(value) >= 3.8 &&
    /[0-9]/.test(value) &&
    /[A-Z]/.test(value) &&
    /[a-z]/.test(value)
  );
}

const shortestWords = 4;
const mostNumbers = 2;

/**
 * `submitFormAndRedirect2`: runs of letters as long as words are, where those of a key change at every other sign. Never
 * what has no capitals: of sixteen digits alone some runs are as long.
 */
export function isMadeOfWords(value: string): boolean {
  if (!/[a-z0-9][A-Z][a-z]/.test(value) || (value.match(/\d+/g) ?? []).length > mostNumbers) return false;
  const runs = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]|\d+/g) ?? [];
  return value.length >= runs.length * shortestWords;
}

/** Shannon's, in bits per code unit. */
export function entropy(value: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < value.length; i++)
    counts.set(value.charCodeAt(i), (counts.get(value.charCodeAt(i)) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
