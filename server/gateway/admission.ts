/**
 * Who may talk to the gateway, decided before anything else is done for a request.
 *
 * A port on this machine can be reached by every web page in the user's browser. A page cannot leave out `Origin`
 * where it sends anything, and its browser tells its site where it only gets (`Sec-Fetch-Site`): both are refused. A
 * page that points a name of its own at this machine sends that name as `Host`: on loopback only names and addresses
 * of loopback are taken. Beyond it the name is the operator's affair, and everybody needs the token.
 */

import { BlockList, isIPv4 } from 'node:net';
import { unbracketed } from '../core/unbracketed.ts';

export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`. */
  readonly site: string | undefined;
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
  /** Who comes without a token; nothing where everybody needs one. */
  readonly nameless?: Guest | undefined;
  /** The name or address the gateway listens on. */
  readonly host: string;
}

export function admit<Guest>(caller: Caller, expected: Expected<Guest>): Admission<Guest> {
  const sender = admitSender(caller, expected);
  if (sender.kind === 'refused') return sender;
  const { authorization } = caller;
  const guest =
    authorization === undefined
      ? expected.nameless
      : expected.find(/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '');
  if (guest !== undefined) return { kind: 'admitted', guest };
  return refused(401, 'invalid_api_key', 'The token is not the one that this gateway printed or was given.');
}

/** Without the token: for what anyone on this machine may know, and a web page still may not. */
export function admitSender(
  caller: Omit<Caller, 'authorization'>,
  expected: { readonly host: string },
): Admission {
  if (caller.origin !== undefined || /^(?:cross|same)-(?:site|origin)$/i.test(caller.site ?? '')) {
    return refused(403, 'origin_not_allowed', 'Web pages may not use this gateway.');
  }
  if (!isOwnHost(caller.host, expected.host)) {
    return refused(421, 'host_not_allowed', 'Use the address that this gateway printed.');
  }
  return { kind: 'admitted', guest: undefined };
}

/** Whether only this machine reaches what listens there. `host` is a name or an address, of IPv6 with or without brackets. */
export function isLoopback(host: string): boolean {
  const name = unbracketed(host.toLowerCase());
  if (name === 'localhost') return true;
  return isIPv4(name) ? loopback.check(name) : name.includes(':') && loopback.check(name, 'ipv6');
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** `Host` as it may be written: a name or an address, and a port. */
const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

function isOwnHost(host: string | undefined, own: string): boolean {
  const name = hostPattern.exec(host ?? '')?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return isLoopback(name) || name === own.toLowerCase() || !isLoopback(own);
}

function refused(
  status: 401 | 403 | 421,
  code: string,
  message: string,
): Extract<Admission, { kind: 'refused' }> {
  return { kind: 'refused', status, code, message };
}
