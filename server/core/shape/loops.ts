/** Models that have nothing more to say repeat themselves: lines, blocks of lines, words in a line. */

/** So many equal lines or blocks in a row are a loop, not code. */
const loopCount = 3;
const longestLoop = 4;
/** A line of a loop that begins above the cursor says at least so much: `0,` of a table may well go on. */
const tellingSigns = 6;

/** Up to where the answer begins to say the same again. */
export function withoutLoops(text: string): string {
  const lines = text.split('\n');
  for (let size = 1; size <= longestLoop; size++) {
    for (let at = 0; at + size * loopCount <= lines.length; at++) {
      if (isLoop(lines, at, size)) return lines.slice(0, at + size).join('\n');
    }
  }
  return lines.length > 1 ? withoutLoopingLine(lines) : withoutLoopInLine(text);
}

/** Whether the piece, on a line of its own, only says once more what the lines above said twice already. */
export function goesOnLooping(piece: string, linesAbove: readonly string[]): boolean {
  const own = piece.split('\n');
  for (let size = 1; size <= longestLoop; size++) {
    const start = linesAbove.length - size * (loopCount - 1);
    if (start < 0 || own.length < size) continue;
    const lines = [...linesAbove.slice(start), ...own.slice(0, size)];
    const telling = lines.slice(0, size).some((line) => (line.match(/\w/g)?.length ?? 0) >= tellingSigns);
    if (telling && isLoop(lines, 0, size)) return true;
  }
  return false;
}

function isLoop(lines: readonly string[], at: number, size: number): boolean {
  if (lines.slice(at, at + size).every((line) => !/\w/.test(line))) return false;
  for (let i = at + size; i < at + size * loopCount; i++) if (lines[i] !== lines[i - size]) return false;
  return true;
}

function withoutLoopingLine(lines: readonly string[]): string {
  for (const [i, line] of lines.entries()) {
    const cut = withoutLoopInLine(line);
    if (cut !== line) return [...lines.slice(0, i), cut].join('\n');
  }
  return lines.join('\n');
}

/** Code units. */
const shortestLoop = 40;

/**
 * A line that never ends: words over and over, where the last may be a part of them. One that goes on with something else
 * is a list, or a number. Rules of signs (`=====`) are left alone.
 */
function withoutLoopInLine(line: string): string {
  if (line.length < shortestLoop) return line;
  const loop = /(.{2,60}?)\1{4,}(.{0,60})$/.exec(line.slice(-600));
  const [all = '', words = '', rest = ''] = loop ?? [];
  if (!/\w/.test(words) || all.length < shortestLoop || !words.startsWith(rest)) return line;
  return line.slice(0, line.length - all.length) + words;
}
