/** Whether a line opens or closes a fence of code, as Markdown has them; it may be indented. */
export function isFence(line: string): boolean {
  return /^\s*(?:`{3,}|~{3,})/.test(line);
}
