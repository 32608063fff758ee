/** Keys that a server was sent with a request, taken out of what it says: some repeat the one they did not like. */

/** Shorter values are no keys, and stand in other words by chance. */
const leastKey = 6;
/** Other headers name an application, a region or a version, which may well be in the text a model is asked about. */
const secretName = /auth|key|token|secret|cookie|pass|credential|session|signature/i;

/** In an address some names are shorter. */
const secretParameter = /^(?:sig|sas|code)$/i;

/**
 * Of the headers of a request and the query of its address; with and without what a scheme puts in front, and as JSON
 * and addresses write them.
 */
export function keysIn(headers: Readonly<Record<string, string>>, url = ''): readonly string[] {
  const keys = new Set<string>();
  for (const [name, value] of URL.canParse(url) ? new URL(url).searchParams : []) {
    if (value.length < leastKey || !(secretName.test(name) || secretParameter.test(name))) continue;
    keys.add(value);
    keys.add(encodeURIComponent(value));
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!secretName.test(name)) continue;
    const key = value.replace(/^(?:bearer|basic|token|api-?key)\s+/i, '').trim();
    if (key.length < leastKey) continue;
    keys.add(key);
    keys.add(JSON.stringify(key).slice(1, -1));
  }
  return [...keys];
}

export function withoutKeys(text: string, keys: readonly string[]): string {
  let result = text;
  for (const key of keys) if (result.includes(key)) result = result.replaceAll(key, '…');
  return result;
}
