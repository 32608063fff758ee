/**
 * Echo: what a server says, without the parts of the request it repeats. Servers quote their input in errors, and a
 * failure's sentence is logged and shown, where document text has no place.
 *
 * Laws (checked by property tests)
 * - No run of `leastEcho` characters of what is said stands in what was sent, blanks, quotes, escapes and case left out
 *   of both; nor do such a run's letters and digits alone.
 * - Names of the protocol's own fields are nobody's text and stay.
 */

/** Characters that two texts do not have in common by chance, beyond single words. */
const leastEcho = 12;
/** Of what a server says no more is read: a user reads one line. */
const mostRead = 1000;
/** What is left is no sentence below so many letters. */
const leastLetters = 8;

const fieldNames =
  /\b(?:max_(?:completion_|output_)?tokens|previous_response_id|stream_options|include_usage|reasoning_effort|service_tier|temperature|prompt_cache_key|context_length_exceeded|model_not_found|invalid_request_error|stream|store|model|input|messages|generate|reasoning|effort)\b/g;

export interface Said {
  readonly message: string;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
}

/** The server's message without echoes, or what names the error where too little of it is left. */
export function saidWithoutEcho({ message, code, type, param }: Said, sent: Iterable<string>): string {
  const texts = [...sent];
  const named = [code, type, param].filter((name) => name !== undefined && name !== '').join(', ');
  const words = withoutEcho(message, texts);
  const isSaying = words === message || (words.match(/\p{L}/gu) ?? []).length >= leastLetters;
  return isSaying && words.trim() !== '' ? words : withoutEcho(named, texts);
}

/** `…` stands for each part that was sent. */
export function withoutEcho(words: string, sent: Iterable<string>): string {
  const read = words.length > mostRead ? `${words.slice(0, mostRead - 1)}…` : words;
  const echoed = new Uint8Array(read.length);
  const texts = [...sent];
  for (const counts of [isVisible, isLetter]) mark(echoed, lettersOf(read, counts), texts, counts);
  for (const { 0: name, index } of read.matchAll(fieldNames)) {
    // A name inside of an echo is a part of it.
    const isOwn = echoed[index - 1] !== 1 && echoed[index + name.length] !== 1;
    if (isOwn) echoed.fill(0, index, index + name.length);
  }
  return cut(read, echoed);
}

/** Every string in a value that is sent as JSON. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

interface Letters {
  readonly codes: readonly number[];
  /** Where each stands. */
  readonly places: readonly number[];
}

type Counts = (code: number) => boolean;

/** Between two echoes a few characters are what an escape or an edit left of one. */
function cut(words: string, echoed: Uint8Array): string {
  let result = '';
  let at = 0;
  while (at < words.length) {
    const from = echoed.indexOf(1, at);
    if (from === -1) return result + words.slice(at);
    let to = from;
    for (let next = from; next !== -1 && next - to <= leastEcho; next = echoed.indexOf(1, to)) {
      while (to < next || echoed[to] === 1) to++;
    }
    result += `${words.slice(at, from)}…`;
    at = to;
  }
  return result;
}

/** Marks what of the letters stands in one of the texts, by rolling hashes of each run (Karp and Rabin, 1987). */
function mark(echoed: Uint8Array, said: Letters, sent: readonly string[], counts: Counts): void {
  const runs = new Map<number, number[]>();
  eachRun(said.codes, (hash, first) => {
    const known = runs.get(hash);
    if (known) known.push(first);
    else runs.set(hash, [first]);
  });
  if (runs.size === 0) return;
  for (const text of sent) {
    const { codes } = lettersOf(text, counts);
    eachRun(codes, (hash, at) => {
      for (const first of runs.get(hash) ?? []) {
        let same = 0;
        while (same < leastEcho && codes[at + same] === said.codes[first + same]) same++;
        if (same < leastEcho) continue;
        const end = said.places[first + leastEcho - 1] ?? 0;
        echoed.fill(1, said.places[first], end + 1);
      }
    });
  }
}

const base = 31;
const leaving = Array.from({ length: leastEcho }).reduce<number>((power) => Math.imul(power, base), 1);

function eachRun(codes: readonly number[], seen: (hash: number, first: number) => void): void {
  let hash = 0;
  for (let i = 0; i < codes.length; i++) {
    hash = (Math.imul(hash, base) + (codes[i] ?? 0)) | 0;
    if (i >= leastEcho) hash = (hash - Math.imul(codes[i - leastEcho] ?? 0, leaving)) | 0;
    if (i >= leastEcho - 1) seen(hash, i - leastEcho + 1);
  }
}

/** The letter behind a backslash is left out as well, and four digits behind `u`: so escapes are, however deep; and entities. */
function lettersOf(text: string, counts: Counts): Letters {
  const codes: number[] = [];
  const places: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === backslash || code === ampersand) {
      while (code === backslash && text.charCodeAt(i + 1) === backslash) i++;
      const rest = text.slice(i + 1, i + 8);
      i += (code === backslash ? escaped : entity).exec(rest)?.[0].length ?? 0;
    } else if (counts(code)) {
      codes.push(code >= 65 && code <= 90 ? code + 32 : code);
      places.push(i);
    }
  }
  return { codes, places };
}

const backslash = 0x5c;
const ampersand = 0x26;
const escaped = /^(?:u[\da-f]{4}|[nrtbf])/i;
const entity = /^#?\w{1,5};/;

/** Of what lies outside of ASCII servers write escapes. */
function isVisible(code: number): boolean {
  return code > 32 && code < 127 && code !== 0x22 && code !== 0x27 && code !== 0x60;
}

function isLetter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
