/** Language ids as VS Code names them, told by what another editor calls the language or by the end of a file's name. */

import { isKnownLanguage } from './syntax.ts';

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

/** What Vim, Emacs and others call a language that has another name here, beside the endings. */
const aliases: Readonly<Record<string, string>> = {
  bash: 'shellscript',
  'c#': 'csharp',
  'c++': 'cpp',
  'c-sharp': 'csharp',
  delphi: 'pascal',
  docker: 'dockerfile',
  dosbatch: 'bat',
  dosini: 'ini',
  'ecmascript 6': 'javascript',
  elisp: 'emacs-lisp',
  'fortran-modern': 'fortran',
  fortranfixedform: 'fortran',
  fortranfreeform: 'fortran',
  golang: 'go',
  jade: 'pug',
  'javascript.jsx': 'javascriptreact',
  'jsx harmony': 'javascriptreact',
  lean4: 'lean',
  objc: 'objective-c',
  objectpascal: 'pascal',
  plaintex: 'tex',
  ps1: 'powershell',
  rst: 'restructuredtext',
  shell: 'shellscript',
  'shell script': 'shellscript',
  text: 'plaintext',
  tf: 'terraform',
  'typescript jsx': 'typescriptreact',
  'typescript.tsx': 'typescriptreact',
  vba: 'vb',
  vbnet: 'vb',
  vbscript: 'vb',
  viml: 'vim',
};

/** What says nothing of the language: all that JetBrains' editors have no language for, C and its kin in CLion. */
const manyLanguages: ReadonlySet<string> = new Set(['objectivec', 'textmate', 'unknown']);

/** Of a document that an editor has this name for; some leave it empty where they have none. */
export function languageOf(name: string, path: string): string {
  return name === '' || manyLanguages.has(name.toLowerCase()) ? languageIdOf(path) : languageNamed(name);
}

/** One name for a language that editors call by several; of several in one (`yaml.ansible`) the first that is known. */
export function languageNamed(name: string): string {
  const lower = name.toLowerCase();
  const known = own(aliases, lower) ?? own(languages, lower);
  if (known !== undefined || isKnownLanguage(lower) || !lower.includes('.')) return known ?? lower;
  const parts = lower.split('.').map((part) => own(aliases, part) ?? own(languages, part) ?? part);
  return parts.find(isKnownLanguage) ?? lower;
}

/** Whether the language, by its name here, is among those, which may have other names. */
export function isAmong(languages: readonly string[], languageId: string): boolean {
  return languages.includes(languageId) || languages.some((each) => languageNamed(each) === languageId);
}

function own(names: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

export function languageIdOf(path: string): string {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return own(languages, ending) ?? (ending === '' ? 'plaintext' : ending);
}
