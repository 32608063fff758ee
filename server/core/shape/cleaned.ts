/** The code in what a model wrote: without stop marks, fences and loops. Lines end at `\n` from here on. */

/** Where the text of a model ends, whatever follows: control tokens of the families that leak them. */
const stopMarks = [
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|im_end|>',
  '<|im_start|>',
  '<|fim_',
  '<|file_sep|>',
  '<|repo_name|>',
  '<|cursor|>',
  '<|user_cursor|>',
  '<｜end▁of▁sentence｜>',
  '<｜fim▁',
  '<fim_',
  '<file_sep>',
  '<EOT>',
  '<|code_',
  '[SUFFIX]',
  '[PREFIX]',
  '</s>',
] as const;

/** So many equal lines or blocks in a row are a loop, not code. */
const loopCount = 3;
const longestLoop = 4;

export function cleaned(suggestion: string, languageId: string | undefined): string {
  const text = stopped(suggestion).replace(/\r\n?/g, '\n');
  return wellFormedEnds(withoutLoops(languageId === 'markdown' ? text : unfenced(text)));
}

function stopped(text: string): string {
  let end = text.length;
  for (const mark of stopMarks) {
    const at = text.indexOf(mark);
    if (at !== -1 && at < end) end = at;
  }
  return text.slice(0, end);
}

/** The content of the first fence where the answer begins with one or announces it in words; else up to a fence. */
function unfenced(text: string): string {
  const opening = /^(?:\s*|[^\n`]*[:.]\s*\n\s*)(`{3,}|~{3,})[^\n`]*\n/.exec(text);
  const fence = opening?.[1];
  if (!opening || fence === undefined) {
    const closing = /\n\s*(?:`{3,}|~{3,})[^\n]*(?:\n|$)/.exec(text);
    return closing ? text.slice(0, closing.index) : text;
  }
  const body = text.slice(opening[0].length);
  const closing = new RegExp(`(?:^|\\n)[ \\t]*${fence}[ \\t]*(?:\\n|$)`).exec(body);
  return closing ? body.slice(0, closing.index) : body;
}

function withoutLoops(text: string): string {
  const lines = text.split('\n');
  for (let size = 1; size <= longestLoop; size++) {
    for (let at = 0; at + size * loopCount <= lines.length; at++) {
      if (isLoop(lines, at, size)) return lines.slice(0, at + size).join('\n');
    }
  }
  const last = lines.at(-1) ?? '';
  // A line that never ends: words over and over. Rules of signs (`=====`) are left alone.
  const loop = /(.{2,60}?)\1{4,}.{0,60}$/.exec(last.slice(-600));
  if (!loop || !/\w/.test(loop[1] ?? '') || loop[0].length < 40) return text;
  return text.slice(0, text.length - loop[0].length) + loop[1];
}

function isLoop(lines: readonly string[], at: number, size: number): boolean {
  if (lines.slice(at, at + size).every((line) => !/\w/.test(line))) return false;
  for (let i = at + size; i < at + size * loopCount; i++) if (lines[i] !== lines[i - size]) return false;
  return true;
}

/** A stream that was cut may end, or begin, with half of a surrogate pair. */
function wellFormedEnds(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  const from = first >= 0xdc00 && first <= 0xdfff ? 1 : 0;
  const to = last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length;
  return text.slice(from, to);
}
