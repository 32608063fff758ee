/** Whether the network that an address was this machine's in has been left for another: a Wi-Fi, a cable, a VPN. */

import { networkInterfaces } from 'node:os';

/** What of `networkInterfaces` is used: addresses of what is up and running. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

/**
 * `address`: the near end of a connection. Where there is no other network, a cable may be out for a moment, and the
 * connection outlives that.
 */
export function isLeft(address: string | undefined, interfaces = known()): boolean {
  if (address === undefined) return false;
  const wanted = plain(address);
  let hasOther = false;
  for (const addresses of Object.values(interfaces)) {
    for (const each of addresses ?? []) {
      if (plain(each.address) === wanted) return false;
      // Of the link alone: every interface has one.
      hasOther ||= !each.internal && !/^(?:fe80:|169\.254\.)/i.test(each.address);
    }
  }
  return hasOther;
}

/** Some systems, such as Android, tell nobody. */
function known(): Interfaces {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

/** Without the interface, and IPv4 as such. */
function plain(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
}
