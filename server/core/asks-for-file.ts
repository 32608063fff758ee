/** Whether an instruction asks for a new file: by its name, or by saying so. */

const saysSo =
  /\b(?:new|separate|own|another|different|extra|second)\s+(?:[\w.-]+\s+){0,2}(?:files?|modules?|scripts?|headers?)\b|\b(?:create|add|make|write|generate|put|move|extract|split)\b[^.\n]{0,60}\b(?:files?|modules?|scripts?)\b|\b(?:create|add|write|generate)\b[^.\n]{0,40}\b(?:tests?|specs?)\b/i;

export function asksForFile(instruction: string, path: string): boolean {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return (name !== '' && instruction.toLowerCase().includes(name.toLowerCase())) || saysSo.test(instruction);
}
