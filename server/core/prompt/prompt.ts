/** A prompt as messages, before any protocol: what renderers make and encoders send. */

export interface PromptPart {
  readonly role: 'system' | 'user';
  readonly text: string;
}

/**
 * `base` is what all tasks on a document share (instructions first, then the file) and what a provider can keep
 * warm; `request` is what only this request says. The whole prompt is one after the other.
 */
export interface Prompt {
  readonly base: readonly PromptPart[];
  readonly request: readonly PromptPart[];
}

/** Characters per token, on the low side for source code, so that an estimate is rather too high than too low. */
const charactersPerToken = 3;

export function estimateTokens(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

export function charactersFor(tokens: number): number {
  return Math.max(0, Math.floor(tokens)) * charactersPerToken;
}
