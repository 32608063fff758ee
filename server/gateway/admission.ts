/**
 * Who may talk to the gateway, decided before anything else is done for a request.
 *
 * A port on this machine can be reached by every web page in the user's browser. A page cannot leave out `Origin`,
 * so any `Origin` is refused; a page that points a name of its own at this machine sends that name as `Host`, so
 * only addresses and names of ours are taken; and everyone needs the token.
 */

import { isIP } from 'node:net';

export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

export type Admission<Guest = undefined> =
  | { readonly kind: 'admitted'; readonly guest: Guest }
  | {
      readonly kind: 'refused';
      readonly status: 401 | 403 | 421;
      readonly code: string;
      readonly message: string;
    };

export interface Expected<Guest> {
  /** Whom a token lets in. */
  readonly find: (token: string) => Guest | undefined;
  /** The name or address the gateway listens on. */
  readonly host: string;
}

export function admit<Guest>(caller: Caller, expected: Expected<Guest>): Admission<Guest> {
  const sender = admitSender(caller, expected);
  if (sender.kind === 'refused') return sender;
  const token = /^Bearer (.+)$/i.exec(caller.authorization ?? '')?.[1] ?? '';
  const guest = expected.find(token);
  if (guest !== undefined) return { kind: 'admitted', guest };
  return refused(401, 'invalid_api_key', 'The token is not the one that this gateway printed.');
}

/** Without the token: for what anyone on this machine may know, and a web page still may not. */
export function admitSender(
  caller: Omit<Caller, 'authorization'>,
  expected: { readonly host: string },
): Admission {
  if (caller.origin !== undefined) {
    return refused(403, 'origin_not_allowed', 'Web pages may not use this gateway.');
  }
  if (!isOwnHost(caller.host, expected.host)) {
    return refused(421, 'host_not_allowed', 'Use the address that this gateway printed.');
  }
  return { kind: 'admitted', guest: undefined };
}

/** An address, `localhost`, or the name the gateway was told to listen on. */
function isOwnHost(host: string | undefined, own: string): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === own.toLowerCase() || isIP(name) !== 0;
}

function refused(
  status: 401 | 403 | 421,
  code: string,
  message: string,
): Extract<Admission, { kind: 'refused' }> {
  return { kind: 'refused', status, code, message };
}
