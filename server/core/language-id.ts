/** Language ids as editors name them, told by the end of a file's name. */

/** By ending; the ending itself where it is the name. */
const languages: Readonly<Record<string, string>> = {
  cjs: 'javascript',
  cc: 'cpp',
  cs: 'csharp',
  h: 'c',
  hpp: 'cpp',
  hs: 'haskell',
  js: 'javascript',
  jsx: 'javascriptreact',
  kt: 'kotlin',
  lua: 'lua',
  md: 'markdown',
  mjs: 'javascript',
  mts: 'typescript',
  cts: 'typescript',
  pl: 'perl',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'shellscript',
  ts: 'typescript',
  tsx: 'typescriptreact',
  yml: 'yaml',
};

export function languageIdOf(path: string): string {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return languages[ending] ?? (ending === '' ? 'plaintext' : ending);
}
