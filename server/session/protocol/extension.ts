/**
 * Whittle's own events beside the standard ones, for a peer that says in its upgrade response that it takes them.
 *
 * Laws
 * - Frames of a connection are read in order, so a document event sent before an ask is known to it.
 * - An ask names its document by `uri` and `version`; where the peer does not have that version (a superseded
 *   snapshot, a document never told) the ask carries the text itself and changes no mirror.
 * - `whittle.cancel` ends what was sent before it on the lane; the response still gets its terminal event.
 */

import * as z from 'zod';
import { type Ask, type AskDocument, type WorkspaceEvent, withoutParts } from '../../core/ask.ts';
import type { Frame } from './frame.ts';

/** Header of the upgrade response by which a peer announces that it takes asks. */
export const askHeader = 'x-whittle-ask';
export const askHeaderValue = '1';

/**
 * Field of an `error` in which a gateway says what the failure is (a `ModelFailureCode`): its message then is the
 * whole sentence for the user, about the server behind it.
 */
export const failureField = 'whittle_failure';

/** Error code of a gateway that reached nobody behind it. */
export const upstreamUnreachable = 'upstream_unreachable';

/** Error code of an ask whose document the peer does not have in that version: send it again with its text. */
export const documentNotFound = 'whittle_document_not_found';

export type DocumentName = Pick<AskDocument, 'uri' | 'version'>;

/** An ask as it travels. */
export type WireAsk = Ask extends infer Each
  ? Each extends Ask
    ? Omit<Each, 'document'> & { readonly document: AskDocument | DocumentName }
    : never
  : never;

export function eventFrame(event: WorkspaceEvent): Frame {
  switch (event.kind) {
    case 'opened':
      return { type: 'whittle.document.opened', document: withoutParts(event.document) };
    case 'changed':
      return { type: 'whittle.document.changed', uri: event.uri, version: event.version, edit: event.edit };
    case 'closed':
      return { type: 'whittle.document.closed', uri: event.uri };
    case 'folders':
      return { type: 'whittle.folders', folders: event.folders, exclude: event.exclude };
    default:
      return event satisfies never;
  }
}

/** The event a frame tells; nothing for other frames and for broken ones. */
export function readEvent(frame: Frame): WorkspaceEvent | undefined {
  switch (frame.type) {
    case 'whittle.document.opened': {
      const read = opened.safeParse(frame);
      return read.success ? { kind: 'opened', document: read.data.document } : undefined;
    }
    case 'whittle.document.changed': {
      const read = changed.safeParse(frame);
      return read.success ? { kind: 'changed', ...read.data } : undefined;
    }
    case 'whittle.document.closed': {
      const read = closed.safeParse(frame);
      return read.success ? { kind: 'closed', uri: read.data.uri } : undefined;
    }
    case 'whittle.folders': {
      const read = folders.safeParse(frame);
      return read.success ? { kind: 'folders', ...read.data } : undefined;
    }
    default:
      return undefined;
  }
}

/** What `whittle_ask` of a `response.create` holds, or the name of the field that is wrong. */
export function readAsk(value: unknown): { readonly ask: WireAsk } | { readonly wrong: string } {
  const read = wireAsk.safeParse(value);
  if (read.success) return { ask: read.data };
  return { wrong: ['whittle_ask', ...(read.error.issues[0]?.path ?? [])].join('.') };
}

export function cancelFrame(lane: string | undefined): Frame {
  return lane === undefined ? { type: 'whittle.cancel' } : { type: 'whittle.cancel', stream_id: lane };
}

const offset = z.int().nonnegative();
const document = z.object({
  uri: z.string(),
  path: z.string(),
  languageId: z.string(),
  version: z.int(),
  text: z.string(),
});
const replacement = z.object({ start: offset, end: offset, text: z.string() });
const opened = z.object({ document });
const changed = z.object({ uri: z.string(), version: z.int(), edit: z.array(replacement) });
const closed = z.object({ uri: z.string() });
const folders = z.object({
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
  exclude: z.array(z.string()),
});

const diagnostic = z.object({
  start: offset,
  end: offset,
  message: z.string(),
  severity: z.enum(['error', 'warning', 'information', 'hint']),
  code: z.string().exactOptional(),
  source: z.string().exactOptional(),
  related: z
    .array(
      z.object({
        path: z.string(),
        line: z.int().nonnegative(),
        message: z.string(),
        region: z.object({ start: offset, end: offset }).exactOptional(),
      }),
    )
    .exactOptional(),
});
const region = z.object({ start: offset, end: offset });
const context = {
  document: z.union([document, z.object({ uri: z.string(), version: z.int() })]),
  history: z.array(z.object({ path: z.string(), before: z.string(), after: z.string(), line: offset })),
  snippets: z.array(z.object({ path: z.string(), text: z.string() })),
  diagnostics: z.array(diagnostic),
  contextTokens: z.number(),
  maxOutputTokens: z.number(),
};
const wireAsk = z.discriminatedUnion('task', [
  z.object({
    ...context,
    task: z.literal('complete'),
    cursor: offset,
    maxLines: z.number(),
    candidates: z.number(),
    selected: z.object({ start: offset, end: offset, text: z.string() }).exactOptional(),
  }),
  z.object({
    ...context,
    task: z.literal('edit'),
    region,
    bounded: z.literal(true).exactOptional(),
    instruction: z.string(),
    streamed: z.string().exactOptional(),
  }),
  z.object({ ...context, task: z.literal('fix'), region, targets: z.array(diagnostic) }),
  z.object({ ...context, task: z.literal('review'), region, changes: z.array(region).exactOptional() }),
  z.object({ ...context, task: z.literal('nextEdit'), cursor: offset, region }),
]);
