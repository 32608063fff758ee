/**
 * How far one gets towards a host that does not answer: its name, its port, its word. A session only knows that there
 * was no connection in time; what to do about it depends on which of these was missing.
 */

import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { unbracketed } from '../../core/unbracketed.ts';

export interface ReachOptions {
  readonly clock: Clock;
  /** For each of the three. Milliseconds. */
  readonly withinMs: number;
  /** Addresses of a name. */
  readonly lookUp?: (name: string) => Promise<unknown>;
}

/** What is in the way, in one sentence with what to do; nothing where the host takes a connection. */
export async function unreached(address: string, options: ReachOptions): Promise<string | undefined> {
  const { clock, withinMs, lookUp = (name) => lookup(name) } = options;
  const { hostname, host, port, protocol } = new URL(address);
  const within = <T>(work: Promise<T>): Promise<T | undefined> => inTime(work, { clock, withinMs });
  const name = unbracketed(hostname);
  const found = await within(lookUp(name).then(() => 'found', noAnswer));
  if (found === undefined)
    return `The name ${name} was not looked up within ${withinMs / 1000} s: check this machine's DNS server, its VPN, or \`model.url\`.`;
  if (found === 'none') return undefined;
  const socket = connect(Number(port) || (/^(wss|https):$/.test(protocol) ? 443 : 80), name);
  const connected = await within(
    new Promise<'connected' | 'none'>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('error', () => resolve('none'));
    }),
  );
  socket.destroy();
  if (connected === undefined)
    return `${host} takes no connection within ${withinMs / 1000} s: check host and port of \`model.url\`, and whether a firewall is in the way or HTTPS_PROXY has to be set.`;
  if (connected === 'none') return undefined;
  return `${host} takes connections and does not answer: check that a model server listens at this port and is not stuck, and that \`model.url\` begins with wss:// where it speaks TLS.`;
}

/** Whether a host answers as those do that want TLS, whatever its certificate is worth. Nothing is sent. */
export async function speaksTls(
  address: string,
  { clock, withinMs }: Pick<ReachOptions, 'clock' | 'withinMs'>,
): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const host = unbracketed(hostname);
  const servername = isIP(host) ? '' : host;
  const socket = connectTls({ host, port: Number(port) || 80, servername, rejectUnauthorized: false });
  const spoken = new Promise<boolean>((resolve) => {
    socket.once('secureConnect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
  const answer = await inTime(spoken, { clock, withinMs });
  socket.destroy();
  return answer === true;
}

const noAnswer = (): 'none' => 'none';

/** Nothing where it takes longer. */
function inTime<T>(
  work: Promise<T>,
  { clock, withinMs }: Pick<ReachOptions, 'clock' | 'withinMs'>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(withinMs, () => resolve(undefined));
    work.then(resolve, reject).finally(cancel);
  });
}
