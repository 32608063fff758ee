/** A name of the internet on this machine, for programs that are told the way by a proxy and trust one more authority. */

import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { certificatesFor } from './certificates.ts';
import { startProxy } from './proxy.ts';

export interface TlsFront {
  /** What `HTTPS_PROXY` is to be. */
  readonly proxy: string;
  /** For who comes without a proxy, to the loopback. */
  readonly port: number;
  /** Certificate in PEM of the authority, for `NODE_EXTRA_CA_CERTS`. */
  readonly authority: string;
  /** Hosts and ports that the proxy was asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** What comes for `name` with TLS goes on to this port without. */
export async function startTlsFront(name: string, port: number): Promise<TlsFront> {
  const { authority, key, cert } = await certificatesFor({ names: [name] });
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert }, (secure) => {
    const plain = connect(port, '127.0.0.1');
    for (const socket of [secure, plain]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {
        secure.destroy();
        plain.destroy();
      });
    }
    secure.pipe(plain).pipe(secure);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const ownPort = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const proxy = await startProxy(ownPort, 200);
  return {
    proxy: proxy.url,
    port: ownPort,
    authority,
    asked: proxy.asked,
    async close() {
      await proxy.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
