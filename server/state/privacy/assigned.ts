/**
 * Secrets that are known by what stands beside them: a value assigned to something called a password or token, a
 * password in an address or a connection string, an Authorization header, a command line flag. Whether the value is
 * one, or only a name, an example or a reference to a variable, is judged by its letters.
 */

import { shortestPlaceholder } from '../../core/placeholder.ts';

export interface Found {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

const name =
  '(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credential|api[_-]?key|apikey|(?:access|private|signing|encryption|account|master|auth|client|shared|service)[_-]?key|auth)';

/** `password = "…"`, `"api_key": '…'`, `token: string = "…"`, `setSecret("…")`, `<password>…`. */
const quoted = new RegExp(
  `(${name}[\\w-]{0,40})["'\`\\]]{0,2}(?:[ \\t]{0,8}\\??:[ \\t]{0,4}[A-Za-z][\\w.<>|[\\] ]{0,30})?[ \\t]{0,8}(?:=>|:=|===?|!==?|=|:|,|\\()[ \\t]{0,8}[a-zA-Z]{0,2}(["'\`])((?:(?!\\2)[^\\\\\\r\\n]|\\\\.){6,400})\\2`,
  'gi',
);
/** `DB_PASSWORD=…` of env, ini and properties files, `password: …` of YAML, also commented out. */
const bare = new RegExp(
  `^[ \\t#/*;+-]{0,12}(?:export[ \\t]+|set[ \\t]+|ENV[ \\t]+)?((?:[\\w.-]{0,60}[_.-])?${name}[\\w-]{0,40})[ \\t]*(=|:)[ \\t]*([^\\s"'\`;,(){}[\\]<>]{6,400})[ \\t]*(?:#.*|;)?$`,
  'gi',
);
const element = new RegExp(`<(${name}[\\w-]{0,40})>([^<>\\r\\n]{6,400})</`, 'gi');
/** Inside longer texts: connection strings, query strings. */
const parameter =
  /(?:\b|_)((?:password|passwd|pwd|accountkey|sharedaccesskey|sharedsecretissuer|sig|signature|access_?token|refresh_?token|id_?token|auth_?token|api_?key|client_?secret|secret|token|_authtoken|_password))=([^;&\s"'`<>,]{6,400})/gi;
const flag = new RegExp(`--?(${name}[\\w-]{0,20})[ =]+["']?([^\\s"'\`]{6,400})`, 'gi');
const header =
  /\b(authorization|proxy-authorization|x-api-key|api-key|x-auth-token|private-token|x-goog-api-key|x-amz-security-token|cookie|set-cookie)["'`]?[ \t]*[:=,][ \t]*["'`]?(?:(?:bearer|basic|token|apikey|digest|negotiate)[ \t]+)?([^\s"'`,;]{8,4000})/gi;
const scheme = /\b(bearer|basic)[ \t]+([A-Za-z0-9._~+/=-]{8,4000})/gi;
/** `//user:password@host`; a short password is hidden together with what is before it. */
const address = /\/\/([^\s/:@"'`<>]{0,100}):([^\s/@"'`<>]{1,200})@/g;
const addressToken = /\/\/([^\s/:@"'`<>]{16,200})@/g;
const netrc = /\b(login[ \t]+\S{1,80}[ \t]+password)[ \t]+([^\s"'`]{6,200})/gi;

/** All in one line (without its terminator), in offsets of it, in no order. */
export function findAssigned(line: string): readonly Found[] {
  const found: Found[] = [];
  const add = (
    match: RegExpMatchArray,
    value: string | undefined,
    of: Context & { readonly kind: string },
  ) => {
    if (value === undefined || !isSecret(value, of)) return;
    const start = (match.index ?? 0) + match[0].lastIndexOf(value);
    found.push({ start, end: start + value.length, kind: of.kind });
  };
  for (const match of line.matchAll(quoted))
    add(match, match[3], { kind: 'assigned', name: match[1] ?? '', literal: true });
  for (const match of line.matchAll(bare)) add(match, match[3], { kind: 'assigned', name: match[1] ?? '' });
  for (const match of line.matchAll(element))
    add(match, match[2], { kind: 'assigned', name: match[1] ?? '', literal: true });
  for (const match of line.matchAll(parameter))
    add(match, match[2], { kind: 'connectionString', name: match[1] ?? '', literal: true });
  for (const match of line.matchAll(flag)) add(match, match[2], { kind: 'flag', name: match[1] ?? '' });
  for (const match of line.matchAll(header)) add(match, match[2], { kind: 'authorization' });
  for (const match of line.matchAll(scheme))
    add(match, match[2], {
      kind: 'authorization',
      base64: match[1] !== undefined && /^basic$/i.test(match[1]),
    });
  for (const match of line.matchAll(netrc)) add(match, match[2], { kind: 'netrc', name: 'password' });
  for (const match of line.matchAll(addressToken)) add(match, match[1], { kind: 'urlPassword' });
  for (const match of line.matchAll(address)) {
    const password = match[2] ?? '';
    if (isReference(password)) continue;
    const end = (match.index ?? 0) + match[0].length - 1;
    const start = end - password.length;
    // The address up to `//` gives a short password the room a placeholder needs; `//u:p@` has it.
    found.push(
      password.length >= shortestPlaceholder
        ? { start, end, kind: 'urlPassword' }
        : {
            start: match.index ?? 0,
            end: Math.min(line.length, Math.max(end + 1, (match.index ?? 0) + shortestPlaceholder)),
            kind: 'urlPassword',
          },
    );
  }
  return found;
}

const examples =
  /^(?:x+|\*+|\.+|-+|_+|0+|change[-_ ]?me.*|(?:your|my|some|the|an?)[-_ ].*|examples?.*|placeholder.*|redacted|hidden|dummy.*|required|optional|null|none|nil|undefined|true|false|string|number|boolean|password|passwd|secret|token)$/i;

function isReference(value: string): boolean {
  return /^[$%{<]|^\*+$|\$\{|\{\{|<[a-z_ -]+>/i.test(value);
}

/** Names of plurals and measures (`tokens`, `token_count`, `tokenizer`) hold no secret. */
const harmlessName =
  /(?:tokens|token[_-]?(?:s|count|limit|type|id|iz|budget|len)|tokeni|passed|passing|passive|passenger|passage|passthrough|author(?!iz)|secretary|keys$)/i;

interface Context {
  /** What the value is assigned to. */
  readonly name?: string;
  /** Written as a literal, so that it cannot be the name of something. */
  readonly literal?: boolean;
  readonly base64?: boolean;
}

function isSecret(value: string, { name: of, literal, base64 }: Context): boolean {
  if (value.length < shortestPlaceholder || isReference(value) || examples.test(value)) return false;
  if (of !== undefined && harmlessName.test(of)) return false;
  if (/\s/.test(value) || /^(?:[a-z]+:\/\/|\.{0,2}\/)/i.test(value)) return false;
  const letters = /[A-Za-z]/.test(value);
  const digits = /[0-9]/.test(value);
  if (of !== undefined && /pass|pwd|secret/i.test(of) && (literal || !isName(value))) {
    return digits || (letters && /[!@#$%^&*?+~=]/.test(value)) || isDense(value);
  }
  if (base64 && value.length % 4 === 0 && /[A-Z]/.test(value.slice(1)) && /[a-z]/.test(value)) return true;
  if (isName(value)) return false;
  return (letters && digits && value.length >= 8 && entropy(value) >= 2.5) || isDense(value);
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
function isDense(value: string): boolean {
  return (
    value.length >= 20 &&
    entropy(value) >= 3.8 &&
    /[0-9]/.test(value) &&
    /[A-Z]/.test(value) &&
    /[a-z]/.test(value)
  );
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
