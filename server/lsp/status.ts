/**
 * The status as clients are told of it: `whittle/status` to every client, and `didChangeStatus` to those that speak as
 * clients of another copilot do, which they show by what they say of themselves or ask for. No command goes along.
 */

import type { ShownStatus } from '../features/status.ts';
import type { ClientConnection, MethodTable } from './connection.ts';

export interface StatusTeller {
  /** What the client gave at `initialize`. */
  met(initializationOptions: unknown): void;
  /** The same table, through which such a client is noticed. */
  noticing(table: MethodTable): MethodTable;
  tell(status: ShownStatus): void;
}

/** Methods that nobody else sends. */
const copilotMethods: readonly string[] = [
  'textDocument/copilotInlineEdit',
  'textDocument/didFocus',
  'setEditorInfo',
  'checkStatus',
  'signIn',
];

export function createStatusTeller(connection: () => ClientConnection | undefined): StatusTeller {
  let speaksCopilot = false;
  let told = '';

  const noticed = <H extends (...given: never[]) => unknown>(
    handlers: Readonly<Record<string, H>>,
    wrap: (handler: H) => H,
  ): Readonly<Record<string, H>> =>
    Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [
        name,
        copilotMethods.includes(name) ? wrap(handler) : handler,
      ]),
    );

  return {
    met(options) {
      if (typeof options !== 'object' || options === null) return;
      speaksCopilot ||= 'editorInfo' in options || 'editorPluginInfo' in options;
    },
    noticing: ({ requests, notifications }) => ({
      requests: noticed(requests, (handle) => (params, signal) => {
        speaksCopilot = true;
        return handle(params, signal);
      }),
      notifications: noticed(notifications, (handle) => (params) => {
        speaksCopilot = true;
        handle(params);
      }),
    }),
    tell({ shown, copilot }) {
      connection()?.notify('whittle/status', shown);
      const words = JSON.stringify(copilot);
      if (!speaksCopilot || words === told) return;
      told = words;
      connection()?.notify('didChangeStatus', copilot);
    },
  };
}
