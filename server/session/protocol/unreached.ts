/** The system's codes for a connection that reached nobody: trying again costs no server anything. */

/** Nothing left this machine, but for a question about a name. */
const unsent: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** Nobody listened. */
const unheard: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EPROXYDOWN']);

/** How far it came; nothing where a server was reached. */
export function unreached(code: string): 'unsent' | 'unheard' | undefined {
  if (unsent.has(code)) return 'unsent';
  return unheard.has(code) ? 'unheard' : undefined;
}
