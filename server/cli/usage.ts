/** The text of `--help`, for all and for each command. */

export const usage = `whittle: AI suggestions as minimal edits, in any editor that speaks LSP

  whittle --stdio                          the language server (also --pipe=NAME, --socket=PORT)
  whittle serve [--port N] [--host H]      the gateway: models behind the Responses WebSocket protocol;
                                           --gguf FILE runs an installed llama-server on a model file;
                                           beyond this machine only with WHITTLE_TOKEN and either
                                           --tls-cert FILE --tls-key FILE or --tls-by-proxy
  whittle try FILE[:LINE[:COLUMN]] …       what would be suggested there; --instruction TEXT for an edit,
                                           --cut as if the rest of the line were not written yet
  whittle edit FILE[:FROM-TO] INSTRUCTION  an edit as a unified diff; with FROM-TO nothing outside of
                                           these lines changes; --apply writes it into the file,
                                           --json prints each change as it is certain; INSTRUCTION - reads it
  whittle replay TRACE.jsonl               plays again what log.file recorded at log.level "trace"
  whittle doctor                           checks settings, key, connection and model, and says what to do
  whittle settings                         the JSON Schema of the settings

  --help, --version

Without settings the embedded engine works offline. WHITTLE_URL, WHITTLE_MODEL and WHITTLE_API_KEY choose another
model, WHITTLE_LOG the log level. The gateway listens on port 4141; where WHITTLE_TOKEN is set, clients have to bring it.
Exit codes: 0 done, 1 nothing to change, 2 usage, 3 refused, 4 failed.
`;

/** The lines about one command. */
export function usageOf(command: string): string {
  const lines = usage.split('\n');
  const first = lines.findIndex((line) => line.startsWith(`  whittle ${command} `));
  const following = lines.slice(first + 1);
  const more = following.findIndex((line) => !line.startsWith('     '));
  return [lines[first]?.trimStart(), ...following.slice(0, more).map((line) => line.slice(2))].join('\n');
}
