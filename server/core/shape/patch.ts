/** A diff where lines were asked for: those that it makes of the place around the cursor. */

const names = /^(?:diff --git |index [\da-f]+\.\.|--- (?:a\/|\/dev\/null)|\+\+\+ (?:b\/|\/dev\/null))/;
const hunkStart = /^@@ -\d+(?:,\d+)? \+\d+/;

/**
 * The lines as the hunk leaves them that the cursor is in; nothing where they are no diff, none where it adds none.
 * `isTold`: the model says that it is one, whatever it begins with.
 */
export function patched(
  lines: readonly string[],
  { before, isTold }: { readonly before: string; readonly isTold: boolean },
): readonly string[] | undefined {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (!isTold && !names.test(first) && !hunkStart.test(first)) return undefined;
  const hunks: string[][] = isTold && !lines.some((line) => hunkStart.test(line)) ? [[]] : [];
  for (const line of lines) {
    if (hunkStart.test(line)) hunks.push([]);
    else hunks.at(-1)?.push(line);
  }
  const hunk = hunks.find((each) => isAround(each, before)) ?? hunks[0] ?? [];
  if (!hunk.some((line) => line.startsWith('+'))) return [];
  return hunk.filter((line) => !/^(?:-|\\ No newline)/.test(line)).map((line) => line.replace(/^[ +]/, ''));
}

/** Whether a hunk adds to the cursor's line, or shows the one above it. */
function isAround(hunk: readonly string[], before: string): boolean {
  const all = before.split('\n');
  const own = (all.at(-1) ?? '').trim();
  const above = all.slice(0, -1).findLast((line) => line.trim() !== '');
  return hunk.some((line) => {
    const words = line.slice(1).trim();
    return line.startsWith('+')
      ? own !== '' && words.startsWith(own)
      : line.startsWith(' ') && words !== '' && words === above?.trim();
  });
}
