/** Which grammar reads which language, by the ids that editors give. */

/**
 * Grammars as `@vscode/tree-sitter-wasm` names them. Its `powershell` is left out: after it, loading the next grammar
 * takes ten seconds. C is read as C++, of which it is nearly a part; what differs shows as an error and is let be.
 */
const grammars: Readonly<Record<string, string>> = {
  c: 'cpp',
  cpp: 'cpp',
  csharp: 'c-sharp',
  css: 'css',
  go: 'go',
  java: 'java',
  javascript: 'javascript',
  javascriptreact: 'javascript',
  php: 'php',
  python: 'python',
  ruby: 'ruby',
  rust: 'rust',
  shellscript: 'bash',
  typescript: 'typescript',
  typescriptreact: 'tsx',
};

export function grammarOf(languageId: string): string | undefined {
  return Object.hasOwn(grammars, languageId) ? grammars[languageId] : undefined;
}
