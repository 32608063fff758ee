/** What idle sessions cost the gateway: each an open WebSocket that has asked once. */

import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { type Print, row } from '../statistics.ts';
import { startServe } from './latency.ts';

const sessions = 1_000;

export async function benchIdleSessions(root: string, print: Print): Promise<void> {
  print('memory of idle sessions, with the embedded engine behind');
  const gateway = await startServe(root);
  const sockets: WebSocket[] = [];
  try {
    await open(gateway.url, sockets, 20);
    const before = residentBytes(gateway.child.pid);
    await open(gateway.url, sockets, sessions);
    const after = residentBytes(gateway.child.pid);
    const all = after - before;
    row(
      print,
      `${sessions} sessions`,
      `+ ${(all / 1024 / 1024).toFixed(1)} MiB`,
      `${(all / sessions / 1024).toFixed(1)} KiB each; ${(before / 1024 / 1024).toFixed(0)} MiB before`,
    );
  } finally {
    for (const socket of sockets) socket.terminate();
    await gateway.stop();
  }
}

async function open(url: string, sockets: WebSocket[], count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    sockets.push(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ type: 'response.create', input: `let value${i} = ` }));
    await new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        if (String(data).startsWith('{"type":"response.completed"')) resolve();
      }),
    );
    socket.removeAllListeners('message');
  }
}

/** As the kernel counts it; 0 where there is no such file. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
