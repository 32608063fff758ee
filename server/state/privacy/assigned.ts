/**
 * Secrets of a line that are known by what stands beside them: a value assigned to something called a password or
 * token, a password in an address or a connection string, an Authorization header, a command line flag.
 */

import { shortestPlaceholder } from '../../core/placeholder.ts';
import { matchesOf } from './matches.ts';
import { isBasic, isReference, isSecret, isWordEnd, secretName } from './secret-value.ts';

export interface Found {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** Behind a name: `[]`, a type (`: string | null`, `: &'static str`), a property's accessors. */
const typed =
  "(?:\\[\\w{0,8}\\]|[ \\t]{0,8}[?!]?:[ \\t]{0,4}[&*]?(?:'\\w{1,20}[ \\t])?[A-Za-z][\\w.<>|[\\]&? ]{0,40}|[ \\t]{0,4}\\{[\\w; \\t]{0,40}\\})?";
/** What a literal begins with: `b"`, `@"`, `r#"`, `"""`. */
const opening = '[a-zA-Z@$]{0,2}#{0,2}("""|\'\'\'|["\'`])';
const literal = (quote: number) => `((?:(?!\\${quote})[^\\\\\\r\\n]|\\\\.){6,400})\\${quote}`;

/** `password = "…"`, `"api_key": '…'`, `token: string = "…"`, `setSecret("…")`, `key || "…"`, `#define PASSWORD "…"`. */
const quoted = new RegExp(
  `(${secretName}[\\w-]{0,40})["'\`\\]]{0,2}${typed}[ \\t]{0,8}(=>|:=|===?|!==?|\\+=|<-|\\|\\||\\?\\?|\\?:|\\bor\\b|=|:|,|\\(|\\+|(?<=[ \\t]))[ \\t]{0,8}${opening}${literal(3)}`,
  'gi',
);
/** `DB_PASSWORD=…` of env, ini and properties files, `password: …` of YAML, also commented out. */
const bare = new RegExp(
  `^[ \\t#/*;+-]{0,12}(?:export[ \\t]+|set[ \\t]+|ENV[ \\t]+|ARG[ \\t]+)?((?:[\\w.-]{0,60}[_.-])?${secretName}[\\w-]{0,40})[ \\t]*(=|:)[ \\t]*((?:[^\\s"'\`;,(){}[\\]<>]|[;,](?=[^\\s"'\`;,(){}[\\]<>])){6,400})[ \\t]*(?:#.*|;)?$`,
  'gi',
);
/** `ENV DB_PASSWORD …` of a Dockerfile, `set -x DB_PASSWORD …` of fish. */
const spaced = new RegExp(
  `^[ \\t]{0,12}(?:ENV|setenv|set[ \\t]+-\\w{1,4})[ \\t]+(\\w{0,60}?${secretName}\\w{0,40})[ \\t]+([^\\s"'\`]{6,400})[ \\t]*$`,
  'gi',
);
/** `{"name": "DB_PASSWORD", "value": "…"}`, `<add key="ApiKey" value="…"/>`, `<string name="api_key">…`. */
const paired = new RegExp(
  `\\b(?:name|key|id)["']?[ \\t]{0,4}[:=][ \\t]{0,4}["']?([\\w.-]{0,60}?${secretName}[\\w-]{0,40})["']?(?:[ \\t]{0,4}>|[ \\t,;]{1,8}["']?(?:value|default)["']?[ \\t]{0,4}[:=])[ \\t]{0,4}["']?([^\\s"'\`<>]{6,400})`,
  'gi',
);
const element = new RegExp(`<(${secretName}[\\w-]{0,40})>([^<>\\r\\n]{6,400})</`, 'gi');
/** Inside longer texts: connection strings, query strings, variables before a command. */
const parameter =
  /(?:\b[A-Za-z]{0,10}|_)((?:password|passwd|pwd|accountkey|sharedaccesskey|sharedsecretissuer|sig|signature|access_?token|refresh_?token|id_?token|auth_?token|api_?key|client_?secret|secret|token|_authtoken|_auth|_password|(?<=[?&])(?:key|code|sas)))=([^;&\s"'`<>,]{6,400})/gi;
const flag = new RegExp(`--?(${secretName}[\\w-]{0,20})[ =]+["']?([^\\s"'\`]{6,400})`, 'gi');
const header =
  /\b(authorization|proxy-authorization|api-key|private-token|ocp-apim-subscription-key|x-[\w-]{0,40}(?:key|token|secret|auth|password)|cookie|set-cookie)["'`]?[ \t]*[:=,][ \t]*["'`]?(?:(?:bearer|basic|token|apikey|digest|negotiate)[ \t]+)?([^\s"'`,;]{8,4000})/gi;
const scheme = /\b(bearer|basic)[ \t]+([A-Za-z0-9._~+/=-]{8,4000})/gi;
/** `curl -u user:password`, `mysql -ppassword`, `sshpass -p password`; `docker run -p` is a port. */
const login =
  /\b(?:(?:curl|wget|http|https)\b[^|;]{0,400}?[ \t](?:-u|--user)[ =]?["']?[^\s:"'$]{1,80}:|(?:mysql\w*|mariadb\w*|sshpass|(?:docker|podman)[ \t]+login|redis-cli|mongo\w*|ldap\w*)\b[^|;]{0,400}?[ \t]-[paw][ ]?["']?)([^\s"'`]{6,200})/gi;
/** `//user:password@host`; a short password is hidden together with what is before it. */
const address = /\/\/([^\s/:@"'`<>]{0,100}):([^\s/"'`<>]{1,200})@/g;
const addressToken = /\/\/([^\s/:@"'`<>]{16,200})@/g;
const netrc = /\b(login[ \t]+\S{1,80}[ \t]+password)[ \t]+([^\s"'`]{6,200})/gi;
/** The second half of an access key: nothing says so but the first half beside it. */
const besideAccessKey =
  /(?:AKIA|ASIA)[A-Z0-9]{16}\b.{0,200}?(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/g;
/** A web key's own private numbers. */
const webKey = /"(?:d|p|q|dp|dq|qi|k)"[ \t]*:[ \t]*"([A-Za-z0-9_-]{32,2000})"/g;
/** What a password was made into, as `crypt` writes it. */
const crypted =
  /\$(?:2[abxy]\$\d\d|[1567y]|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,10})\$[A-Za-z0-9./$,=+_-]{20,400}/g;
/** Twelve words or more that a wallet's key is made of. */
const phrase =
  /(?:mnemonic|seed|phrase)[\w-]{0,20}["'`\]]{0,2}[ \t]*[:=][ \t]*["'`]?((?:[a-z]{3,8} ){11,23}[a-z]{3,8})\b/gi;

/** Not judged: their form is enough. Each with what it cannot be without. */
const alone: readonly (readonly [RegExp, string])[] = [
  [besideAccessKey, 'IA'],
  [webKey, '":'],
  [crypted, '$'],
  [phrase, ' '],
];

/** All in one line (without its terminator), in offsets of it, in no order. */
export function findAssigned(line: string): readonly Found[] {
  const found: Found[] = [];
  const hide = (match: RegExpMatchArray, value: string, kind: string) => {
    const start = (match.index ?? 0) + match[0].lastIndexOf(value);
    found.push({ start, end: start + value.length, kind });
  };
  /** The last group is the value; the first is its name where there are two or more. */
  const judge = (pattern: RegExp, kind: string, isLiteral = false) => {
    for (const match of matchesOf(pattern, line)) {
      const value = match.at(-1) ?? '';
      const name = match.length > 2 ? (match[1] ?? '') : undefined;
      if (name !== undefined && isWordEnd(line.slice(Math.max(0, match.index - 6), match.index), name))
        continue;
      const isListed = pattern === quoted && match[2] === ',';
      // Two words beside each other are no assignment, unless the first is nothing but a password.
      if (
        pattern === quoted &&
        match[2] === '' &&
        !/^(?:\w*passw|passphrase|pwd|securestring|identified)/i.test(name ?? '')
      )
        continue;
      const context = { ...(name === undefined ? {} : { name }), literal: isLiteral && !isListed, isListed };
      if (isSecret(value, context)) hide(match, value, kind);
    }
  };
  const hasQuote = /["'`]/.test(line);
  const hasEquals = line.includes('=');
  if (hasQuote) judge(quoted, 'assigned', true);
  if (hasEquals || line.includes(':')) judge(bare, 'assigned');
  if (/^[ \t]*(?:ENV|set)/i.test(line)) judge(spaced, 'assigned');
  if (/value|default|>/i.test(line)) judge(paired, 'assigned', true);
  if (line.includes('</')) judge(element, 'assigned', true);
  if (hasEquals) judge(parameter, 'connectionString', true);
  if (line.includes('-')) {
    judge(flag, 'flag');
    judge(login, 'flag');
  }
  judge(header, 'authorization');
  if (/login/i.test(line)) judge(netrc, 'netrc');
  for (const match of matchesOf(scheme, line)) {
    const [, named = '', value = ''] = match;
    if (/^basic$/i.test(named) ? isBasic(value) : isSecret(value, {})) hide(match, value, 'authorization');
  }
  for (const [pattern, sign] of alone)
    if (line.includes(sign))
      for (const match of matchesOf(pattern, line)) hide(match, match.at(-1) ?? '', 'assigned');
  if (line.includes('@')) {
    judge(addressToken, 'urlPassword');
    for (const match of matchesOf(address, line)) found.push(...inAddress(match, line.length));
  }
  return found;
}

function inAddress(match: RegExpMatchArray, length: number): readonly Found[] {
  const password = match[2] ?? '';
  // A pattern for addresses is none.
  if (isReference(password) || /^\[|\\/.test(`${match[1]}${password}`)) return [];
  const begin = match.index ?? 0;
  const end = begin + match[0].length - 1;
  const start = end - password.length;
  // The address up to `//` gives a short password the room a placeholder needs; `//u:p@` has it.
  return password.length >= shortestPlaceholder
    ? [{ start, end, kind: 'urlPassword' }]
    : [
        {
          start: begin,
          end: Math.min(length, Math.max(end + 1, begin + shortestPlaceholder)),
          kind: 'urlPassword',
        },
      ];
}
