/**
 * Leaves out what a reasoning model thinks where its server leaves that in the answer's text, whatever the pieces;
 * what stands there but is no such mark comes through.
 *
 *   before ──mark──► inside ──its end──► behind ──► answer
 *      └──no mark, or nobody knows──► answer, or waits for an end without a beginning
 */

import { thoughtMarks } from '../../core/thought-marks.ts';

/** What one model's server does with its thoughts; kept from one answer to the next. */
export interface Thinking {
  /** For one answer; `quoted` where the prompt itself holds such a mark, and the answer may. */
  filter(quoted: boolean): ThinkingFilter;
}

export interface ThinkingFilter {
  /** What of it is answer. `aloud`: what was given on by now was thinking; the next filter will know. */
  push(text: string): string | 'aloud';
  /** The server tells thoughts apart itself, in a field of their own. */
  apart(): void;
  /** What was held back, once nothing more comes; `cut` where more would have come. */
  end(cut: boolean): string;
  /** Whether there were thoughts. */
  thought(): boolean;
}

const thinkEnd = '</think>';
/** OpenAI's open models speak in channels, of which one is the answer: https://github.com/openai/harmony. */
const channels = ['<|channel|>', '<|start|>'];
const finalChannel = '<|channel|>final';
const messageMark = '<|message|>';
/** Behind these there is no answer any more. */
const channelEnds = ['<|return|>', '<|end|>', '<|call|>', '<|start|>'];
/** The same channels where a server has taken the marks out and left the words. */
const bareChannel = /^analysis[A-Z]/;
const bareFinal = 'assistantfinal';

/** Models whose template writes the opening mark itself, so that only the closing one is in the answer. */
const opensItself = /deepseek-?r1|(?:^|[^a-z])qwq|thinking|reason|minimax-?m\d|olmo.*think/i;

export function createThinking(model: string): Thinking {
  let aloud = opensItself.test(model);
  const hasChannels = /gpt-?oss/i.test(model);
  return {
    filter: (quoted) =>
      createThinkingFilter({
        quoted,
        aloud: aloud && !quoted,
        hasChannels,
        learnt() {
          aloud = true;
        },
      }),
  };
}

/** Whether texts hold the mark that ends a thought: documents about models do. */
export function quotesThinking(texts: Iterable<string>): boolean {
  for (const text of texts) if (text.includes(thinkEnd)) return true;
  return false;
}

/** For models that are given raw prompts: what they write is code, whatever it looks like. */
export const noThinking: Thinking = {
  filter: () => ({
    push: (text) => text,
    apart: () => undefined,
    end: () => '',
    thought: () => false,
  }),
};

/** How such answers are read. */
export const rawText = { thinking: noThinking, quoted: false };

interface FilterOptions {
  readonly quoted: boolean;
  /** An answer may begin with thoughts that nothing marks but their end. */
  readonly aloud: boolean;
  readonly hasChannels: boolean;
  learnt(): void;
}

function createThinkingFilter({ quoted, aloud, hasChannels, learnt }: FilterOptions): ThinkingFilter {
  let state: 'before' | 'unmarked' | 'inside' | 'behind' | 'answer' | 'over' = 'before';
  let close = thinkEnd;
  let inChannel = false;
  let thoughts = false;
  let apart = false;
  let held = '';

  const taken = (): string => {
    const text = held;
    held = '';
    return text;
  };

  /** What of the answer is certain; the marks that end a channel may come in pieces. */
  const answered = (): string => {
    if (!inChannel) return taken();
    const ends = channelEnds.map((mark) => held.indexOf(mark)).filter((at) => at !== -1);
    if (ends.length > 0) {
      state = 'over';
      return taken().slice(0, Math.min(...ends));
    }
    const kept = Math.max(...channelEnds.map((mark) => overlap(held, mark)));
    const text = held.slice(0, held.length - kept);
    held = held.slice(held.length - kept);
    return text;
  };

  const begin = (): boolean => {
    const said = held.trimStart();
    const openings = [...thoughtMarks.map(({ open }) => open), ...(apart ? [] : channels)];
    if (openings.some((open) => open.length > said.length && open.startsWith(said))) return false;
    const mark = thoughtMarks.find(({ open }) => said.startsWith(open));
    if (mark) {
      state = 'inside';
      close = mark.close;
    } else if (channels.some((open) => said.startsWith(open))) {
      state = 'inside';
      inChannel = true;
      close = finalChannel;
    } else if (hasChannels && !apart && isBare(said)) {
      if (said.length <= 'analysis'.length) return false;
      state = 'unmarked';
      close = bareFinal;
    } else state = aloud && !apart ? 'unmarked' : 'answer';
    return true;
  };

  return {
    push(text) {
      if (state === 'over') return '';
      if (state === 'answer' && !inChannel) {
        // Thoughts that began without a mark: what was given on was none of the answer.
        if (!thoughts && !apart && !quoted && text.includes(thinkEnd)) {
          learnt();
          thoughts = true;
          state = 'over';
          return 'aloud';
        }
        return text;
      }
      held += text;
      if (state === 'before' && !begin()) return '';
      if (state === 'unmarked' || state === 'inside') {
        const at = held.indexOf(close);
        const before = at === -1 ? held : held.slice(0, at);
        thoughts ||= state === 'inside' && (!inChannel || before.includes('analysis'));
        if (at === -1) {
          // Of what is marked as thought only what may be the beginning of its end is still needed.
          if (state === 'inside') held = held.slice(-(close.length - 1));
          return '';
        }
        if (inChannel) {
          const message = held.indexOf(messageMark, at);
          if (message === -1) return '';
          held = held.slice(message + messageMark.length);
        } else {
          thoughts = true;
          held = held.slice(at + close.length);
        }
        state = 'behind';
      }
      if (state === 'behind') {
        // Line breaks between the mark and the answer belong to neither.
        if (!inChannel) held = held.replace(/^[\r\n]+/, '');
        if (held === '') return '';
        state = 'answer';
      }
      return answered();
    },
    apart() {
      apart = true;
      thoughts = true;
    },
    end(cut) {
      if (state === 'inside' || (state === 'unmarked' && cut)) {
        thoughts = true;
        return '';
      }
      return state === 'over' ? '' : taken();
    },
    thought: () => thoughts,
  };
}

function isBare(said: string): boolean {
  return said.length <= 'analysis'.length ? 'analysis'.startsWith(said) : bareChannel.test(said);
}

/** How much of the text's end is the mark's beginning. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
