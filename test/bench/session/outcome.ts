/** One answer as its asker saw it. */

import { monotonicMs } from './time.ts';

export interface Outcome {
  /** Of the system's monotonic clock. */
  readonly askedAt: number;
  readonly firstAt: number;
  readonly doneAt: number;
  /** Of the asking process, from the question to the end of the answer. */
  readonly cpuMs: number;
  readonly characters: number;
  /** The model's own time, from the whole request to the first token and to the end. */
  /** When the whole request was there, of the same clock. */
  readonly arrivedAt: number;
  readonly modelFirstMs: number;
  readonly modelTotalMs: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
}

/** What the last event of an answer says about it. */
export interface Ending {
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputTokens: number;
  readonly cachedTokens: number;
}

export interface Watch {
  /** The question is asked now; what came before counts as processor time alone. */
  asked(): void;
  text(text: string): void;
  ended(ending: Ending): Outcome;
}

/** Starts now. */
export function watchAnswer(): Watch {
  const cpu = process.cpuUsage();
  let askedAt = monotonicMs();
  let firstAt = 0;
  let characters = 0;
  return {
    asked() {
      askedAt = monotonicMs();
    },
    text(text) {
      if (characters === 0) firstAt = monotonicMs();
      characters += text.length;
    },
    ended({ metadata, inputTokens, cachedTokens }) {
      const doneAt = monotonicMs();
      const { user, system } = process.cpuUsage(cpu);
      if (characters === 0) throw new Error('The model always says something, but nothing came.');
      return {
        askedAt,
        firstAt,
        doneAt,
        cpuMs: (user + system) / 1000,
        characters,
        arrivedAt: Number(metadata.arrived_at),
        modelFirstMs: Number(metadata.first_ms),
        modelTotalMs: Number(metadata.total_ms),
        inputTokens,
        cachedTokens,
      };
    },
  };
}

/** The same of a `response.completed` as it is on the wire. */
export function endingOf(response: unknown): Ending {
  const { metadata, usage } = response as {
    readonly metadata: Readonly<Record<string, string>>;
    readonly usage: {
      readonly input_tokens: number;
      readonly input_tokens_details: { readonly cached_tokens: number };
    };
  };
  return {
    metadata,
    inputTokens: usage.input_tokens,
    cachedTokens: usage.input_tokens_details.cached_tokens,
  };
}
