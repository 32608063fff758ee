/** A gateway as `whittle serve` opens it on this machine: nobody needs a token. Closed when the test ends. */

import { onTestFinished } from 'vitest';
import { engineBackend } from '../../server/gateway/engine.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../server/gateway/gateway.ts';
import { systemClock } from './clock.ts';
import { echoEngine } from './engine.ts';

export interface OpenGateway extends Gateway {
  readonly port: number;
}

export async function openGateway(more: Partial<GatewayOptions> = {}): Promise<OpenGateway> {
  const gateway = await startGateway({
    backend: engineBackend(echoEngine()),
    host: '127.0.0.1',
    port: 0,
    nameless: 'served',
    clients: 'strangers',
    clock: systemClock(),
    log: () => undefined,
    ...more,
  });
  onTestFinished(() => gateway.close());
  return { ...gateway, port: Number(new URL(gateway.url).port) };
}
