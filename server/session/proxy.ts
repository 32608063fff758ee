/**
 * Which proxy an address is reached through, as other tools take it from the environment: `HTTPS_PROXY` for wss,
 * `HTTP_PROXY` for ws (either in small letters), `ALL_PROXY` for both, and `NO_PROXY` with hosts that are reached
 * directly. What runs on this machine is always reached directly.
 */

import { BlockList, isIP } from 'node:net';
import { unbracketed } from '../core/unbracketed.ts';
import { isLoopback } from './endpoint.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a ws, wss, http or https address; nothing where it is reached directly. */
export function proxyFor(address: string, environment: Environment): URL | undefined {
  const { url } = namedFor(address, environment) ?? {};
  return url && isUsable(url) ? url : undefined;
}

/** Why an address is reached directly although a proxy is named for it, in one sentence. */
export function unusableProxy(address: string, environment: Environment): string | undefined {
  const named = namedFor(address, environment);
  if (!named || (named.url && isUsable(named.url))) return undefined;
  const { variable, url } = named;
  const what = url ? `a proxy of a kind (${url.protocol}//) that Whittle does not use` : 'no address';
  return `${variable} names ${what}, so ${new URL(address).host} is reached directly: name one that begins with http:// or https://, which many proxies offer at the same port.`;
}

interface Named {
  readonly variable: string;
  /** Nothing where what is named is no address. */
  readonly url: URL | undefined;
}

function namedFor(address: string, environment: Environment): Named | undefined {
  if (!URL.canParse(address) || isLoopback(address)) return undefined;
  const url = new URL(address);
  if (isExcepted(url, read(environment, 'NO_PROXY'))) return undefined;
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  for (const variable of [secure ? 'HTTPS_PROXY' : 'HTTP_PROXY', 'ALL_PROXY']) {
    const proxy = read(environment, variable).trim();
    if (proxy === '') continue;
    const shown = proxy.includes('://') ? proxy : `http://${proxy}`;
    return { variable, url: URL.canParse(shown) ? new URL(shown) : undefined };
  }
  return undefined;
}

function isUsable({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/**
 * Entries are hosts, `.suffixes`, `*.suffixes`, patterns with a `*`, addresses of either family, subnets of them
 * (`10.0.0.0/8`), `<local>` for names without a dot, and `*`; hosts and addresses may have a port, which an IPv6 address
 * has behind brackets.
 */
function isExcepted(url: URL, exceptions: string): boolean {
  if (exceptions === '') return false;
  const usual = url.protocol === 'wss:' || url.protocol === 'https:' ? '443' : '80';
  const host = unbracketed(url.hostname).replace(/\.$/, '');
  return exceptions
    .toLowerCase()
    .split(/[\s,;|]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const { name, port } = exceptionIn(entry);
      return (port === undefined || port === (url.port || usual)) && matches(host, name);
    });
}

function exceptionIn(entry: string): { readonly name: string; readonly port: string | undefined } {
  const [, bracketed, behind] = /^\[(.*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { name: bracketed, port: behind };
  // With more than one colon it is an IPv6 address, which may end like a port.
  const [, name = entry, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return { name, port };
}

function matches(host: string, name: string): boolean {
  if (name === '*') return true;
  if (name === '<local>') return !host.includes('.') && isIP(host) === 0;
  const [network = '', bits] = name.split('/');
  if (isIP(network) !== 0) return isIP(host) !== 0 && isWithin(host, network, bits);
  const suffix = name.replace(/^\*?\.?/, '').replace(/\.$/, '');
  if (suffix.includes('*')) return patternOf(suffix).test(host);
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function isWithin(host: string, network: string, bits: string | undefined): boolean {
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  const length = Number(bits ?? most);
  if (bits === '' || !Number.isInteger(length) || length < 0 || length > most) return false;
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

function patternOf(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
  return new RegExp(`^(?:.*\\.)?${parts.join('.*')}$`);
}

function read(environment: Environment, name: string): string {
  return environment[name.toLowerCase()] || environment[name] || '';
}
