/**
 * A trace as it was recorded: the lines of a log file of level `trace`, whether that is JSON Lines or plain text. What
 * is no step of a trace is passed over.
 */

import * as z from 'zod';
import type { Ask, WorkspaceEvent } from '../../core/ask.ts';
import { modelFailureCodes } from '../../core/model.ts';
import { readAsk, readEvent } from '../../session/protocol/extension.ts';
import { readFrame } from '../../session/protocol/frame.ts';
import type { TraceStep } from '../../session/trace.ts';

export interface RecordedSession {
  readonly name: string;
  readonly settings: Extract<TraceStep, { kind: 'session' }>;
  readonly steps: readonly RecordedStep[];
}

/** With asks and events decoded. `at` counts from the first step, in milliseconds. */
export type RecordedStep = { readonly at: number } & (
  | Exclude<TraceStep, { kind: 'session' | 'told' | 'asked' }>
  | { readonly kind: 'told'; readonly event: WorkspaceEvent }
  | { readonly kind: 'asked'; readonly number: number; readonly ask: Ask }
);

export interface RecordedTrace {
  readonly sessions: readonly RecordedSession[];
  /** Lines that are steps and cannot be read. */
  readonly broken: number;
}

export function readTrace(text: string): RecordedTrace {
  const sessions = new Map<
    string,
    { settings: RecordedSession['settings']; steps: RecordedStep[]; from: number }
  >();
  let broken = 0;
  for (const line of text.split('\n')) {
    const json = wireIn(line);
    if (json === undefined) continue;
    const read = traceLine.safeParse(json);
    if (!read.success) {
      broken++;
      continue;
    }
    const { session, at, ...step } = read.data;
    const known = sessions.get(session) ?? { settings: unknownSettings, steps: [], from: at };
    sessions.set(session, known);
    const since = at - known.from;
    switch (step.kind) {
      case 'session':
        known.settings = step;
        break;
      case 'told': {
        const frame = readFrame(JSON.stringify(step.frame));
        const event = frame.kind === 'frame' ? readEvent(frame.frame) : undefined;
        if (event) known.steps.push({ at: since, kind: 'told', event });
        else broken++;
        break;
      }
      case 'asked': {
        const ask = readAsk(step.ask);
        const { number } = step;
        if ('ask' in ask && isWhole(ask.ask))
          known.steps.push({ at: since, kind: 'asked', number, ask: ask.ask });
        else broken++;
        break;
      }
      default:
        known.steps.push({ at: since, ...step });
    }
  }
  return {
    sessions: [...sessions].map(([name, { settings, steps }]) => ({ name, settings, steps })),
    broken,
  };
}

/** The step that a line holds; nothing for all other lines. */
function wireIn(line: string): unknown {
  const plain = /^\S+ trace wire (\{.*)$/.exec(line)?.[1];
  const value = parsed(plain ?? line);
  if (plain !== undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('wire' in value) return value.wire;
  return 'session' in value && 'kind' in value ? value : undefined;
}

function parsed(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWhole(ask: Extract<ReturnType<typeof readAsk>, { ask: unknown }>['ask']): ask is Ask {
  return 'text' in ask.document;
}

const unknownSettings: RecordedSession['settings'] = {
  kind: 'session',
  model: { name: '', format: 'auto' },
  warm: false,
  prewarm: 'edit',
};

const text = z.string();
const number = z.int().nonnegative();
const refusal = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http'),
    status: z.number(),
    message: text,
    code: text.optional().transform((code) => code),
    retryAfterMs: z.number().optional(),
  }),
  z.object({ kind: z.literal('network'), code: text, message: text }),
  z.object({ kind: z.literal('timeout'), afterMs: z.number() }),
  z.object({ kind: z.literal('not-websocket'), message: text }),
  z.object({ kind: z.literal('unsupported'), message: text }),
  z.object({ kind: z.literal('no-endpoint'), message: text }),
  z.object({ kind: z.literal('aborted') }),
]);
const step = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session'),
    model: z.object({
      name: text,
      format: text,
      effort: text.exactOptional(),
      tier: text.exactOptional(),
    }),
    warm: z.boolean(),
    prewarm: z.enum(['edit', 'open', 'never']),
    aheadTokens: z.number().exactOptional(),
    timed: z.boolean().exactOptional(),
  }),
  z.object({ kind: z.literal('fired'), timer: number }),
  z.object({
    kind: z.literal('allowed'),
    failure: z
      .object({ code: z.enum(modelFailureCodes), message: text, retryAfterMs: z.number().exactOptional() })
      .exactOptional(),
  }),
  z.object({ kind: z.literal('random'), value: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('told'), frame: z.unknown() }),
  z.object({ kind: z.literal('asked'), number, ask: z.unknown() }),
  z.object({ kind: z.enum(['aborted', 'left']), number }),
  z.object({ kind: z.literal('answered'), number, text, outcome: text }),
  z.object({
    kind: z.literal('dialled'),
    connection: number,
    host: text,
    scheme: text,
    way: z.enum(['websocket', 'http']),
  }),
  z.object({
    kind: z.literal('opened'),
    connection: number,
    takesAsks: text.optional().transform((header) => header),
  }),
  z.object({
    kind: z.literal('refused'),
    connection: number,
    refusal: refusal.transform((each) =>
      each.kind === 'http' ? { ...each, code: each.code, retryAfterMs: each.retryAfterMs } : each,
    ),
  }),
  z.object({ kind: z.enum(['sent', 'received']), connection: number, frame: z.unknown() }),
  z.object({ kind: z.literal('binary'), connection: number }),
  z.object({ kind: z.literal('closed'), connection: number, code: z.number(), reason: text }),
]);
const traceLine = z.intersection(z.object({ session: text, at: z.number() }), step);
