/** Standard input as a language server reads it: between two keys, what Node's own stream does takes 0.05 ms of each. */

import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Hear } from '../lsp/transport.ts';
import { createIncoming, hearOn, type Incoming } from '../session/incoming.ts';

export interface Input {
  readonly stream: NodeJS.ReadableStream;
  readonly hear?: Hear;
}

const standardInput = 0;

/** `usual`: Node's stream for it, which is not to be there where it is not needed: two cannot read the same. */
export function openStandardInput(usual: () => NodeJS.ReadStream): Input {
  const incoming = createIncoming();
  const socket = openSocket(incoming);
  return socket ? heard(socket, incoming) : { stream: usual() };
}

/** A socket made with `onread`. */
export function heard(socket: Socket, incoming: Incoming): Input {
  return { stream: socket, hear: (listener) => hearOn(socket, incoming, listener) };
}

/** Nothing for a file or a terminal. */
function openSocket({ onread }: Incoming): Socket | undefined {
  try {
    const status = fstatSync(standardInput);
    if (!status.isFIFO() && !status.isSocket()) return undefined;
    const options = { fd: standardInput, readable: true, writable: false, onread };
    return new Socket(options);
  } catch {
    // What cannot be opened so is what the usual stream is for.
    return undefined;
  }
}
