/**
 * Ask to prompt, by format. Formats have a name that settings use and a version that changes with their wording,
 * so that a recorded answer can be traced to the words that asked for it.
 */

import type { Ask } from '../ask.ts';
import { applyPatchTool, type CustomTool } from '../formats/apply-patch-tool.ts';
import { baseFor, forkOf } from './base.ts';
import type { Prompt } from './prompt.ts';

/**
 * Values of `model.format` for a provider that is asked in messages, with the version each stands for. Both are asked
 * in the same words; with `apply_patch` edits are a tool's input.
 */
export const promptFormats = { auto: 'chat/5', chat: 'chat/5', apply_patch: 'apply_patch/4' } as const;

export type PromptFormat = (typeof promptFormats)[keyof typeof promptFormats];

export type Rendered =
  | { readonly kind: 'prompt'; readonly format: PromptFormat; readonly prompt: Prompt }
  /** The lines asked about alone need about `tokens`, more than the ask allows. */
  | { readonly kind: 'too-large'; readonly tokens: number };

/** The version a format's name stands for; nothing for a format that is not asked in messages. */
export function promptFormat(name: string): PromptFormat | undefined {
  return Object.hasOwn(promptFormats, name) ? promptFormats[name as keyof typeof promptFormats] : undefined;
}

/** The tool that edits are made with, where the format has one. */
export function toolOf(name: string | undefined): CustomTool | undefined {
  return name === 'apply_patch' ? applyPatchTool : undefined;
}

/** The whole prompt, within `ask.contextTokens` by the estimate. */
export function render(ask: Ask, format: PromptFormat): Rendered {
  switch (format) {
    case 'chat/5':
    case 'apply_patch/4': {
      const made = baseFor(ask);
      if (made.kind === 'too-large') return made;
      const fork = forkOf(ask, made.base);
      const request = fork.kind === 'fork' ? fork.parts : [];
      return { kind: 'prompt', format, prompt: { base: made.base.parts, request } };
    }
    default:
      return format satisfies never;
  }
}
