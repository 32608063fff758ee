/**
 * Reading a prompt for a model that fills in the middle, as editors write it: the other way round of `render.ts`.
 * Total: any text is such a prompt or none. What of other files stands before the frame is given apart.
 */

import { fimFormats } from './format.ts';

export interface FimRead {
  /** Up to the cursor. */
  readonly head: string;
  readonly tail: string;
  /** Before the frame. */
  readonly before: string;
}

interface Frame {
  readonly prefix: string;
  readonly suffix: string;
  /** Empty where the model goes on right behind the prefix. */
  readonly middle: string;
}

/** GLM's tokens (https://huggingface.co/zai-org): it is not asked by us, but editors write them. */
const glm: Frame = { prefix: '<|code_prefix|>', suffix: '<|code_suffix|>', middle: '<|code_middle|>' };

const frames: readonly Frame[] = [...Object.values(fimFormats), glm];

export function readFimPrompt(prompt: string): FimRead | undefined {
  for (const frame of frames) {
    const read = frame.middle === '' ? readOpen(prompt, frame) : readFrame(prompt, frame);
    if (read) return read;
  }
  return undefined;
}

/** The order of prefix and suffix is told by the prompt: families share tokens and differ in it. */
function readFrame(prompt: string, { prefix, suffix, middle }: Frame): FimRead | undefined {
  const end = prompt.lastIndexOf(middle);
  const p = prompt.indexOf(prefix);
  const s = prompt.indexOf(suffix);
  const first = Math.min(p, s);
  const second = Math.max(p, s);
  const opens = first === p ? prefix : suffix;
  const divides = first === p ? suffix : prefix;
  if (first === -1 || second < first + opens.length || end < second + divides.length) return undefined;
  const one = prompt.slice(first + opens.length, second);
  const two = prompt.slice(second + divides.length, end);
  // What the answer begins with stands behind the frame.
  const begun = prompt.slice(end + middle.length);
  const [head, tail] = first === p ? [one, two] : [two, one];
  return { head: head + begun, tail, before: prompt.slice(0, first) };
}

/** `[SUFFIX]tail[PREFIX]head`: marks that could be code anywhere else than at the beginning. */
function readOpen(prompt: string, { prefix, suffix }: Frame): FimRead | undefined {
  const at = prompt.indexOf(prefix, suffix.length);
  if (!prompt.startsWith(suffix) || at === -1) return undefined;
  return { head: prompt.slice(at + prefix.length), tail: prompt.slice(suffix.length, at), before: '' };
}
