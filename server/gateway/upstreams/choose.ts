/**
 * Which format a model is asked in when the settings leave it open: by what its server is and by its name.
 *
 * A model that fills in the middle gets ghost text that way, which is both quicker and better than asking for it in
 * words. Edits are asked for in words; a model that was never taught to follow them is not asked. A model of next edits
 * is asked for those, and for ghost text as a part of them.
 */

import { formatFor } from '../../core/prompt/fim/family.ts';
import { isNear } from './address.ts';
import type { ServerFacts } from './upstream.ts';

export interface ChosenFormats {
  /** The best first: the first one there is is taken. */
  readonly complete: readonly string[];
  readonly edit: readonly string[];
  readonly nextEdit: readonly string[];
}

export function chooseFormats(format: string, server: ServerFacts): ChosenFormats {
  if (format !== 'auto' && format !== '') return { complete: [format], edit: [format], nextEdit: [format] };
  const words = server.root === 'https://api.openai.com' ? ['responses', 'chat'] : ['chat'];
  const window = windowFormat(server);
  if (window !== undefined) return { complete: [window], edit: [], nextEdit: [window] };
  const edit = isCompletionOnly(server.model) ? [] : words;
  const own = server.kind === 'inception' && /edit/i.test(server.model) ? ['mercury-edit'] : [];
  return { complete: [...fillFormats(server), ...edit], edit, nextEdit: [...own, ...edit] };
}

/** Models that were taught one thing: to write the next edit of a window, in the form they were shown it. */
function windowFormat({ model: named }: ServerFacts): string | undefined {
  const model = named.slice(0, 200);
  if (/sweep.*next-?edit/i.test(model)) return 'sweep';
  const zeta = /\bzeta-?2(\.1)?(?![.\d])/i.exec(model);
  if (zeta) return zeta[1] === undefined ? 'zeta2' : 'zeta2.1';
  return /\binstinct\b/i.test(model) ? 'instinct' : undefined;
}

function fillFormats({ kind, model, root, infill }: ServerFacts): readonly string[] {
  const family = formatFor(model);
  switch (kind) {
    case 'llama-server':
      return infill ? ['infill'] : [];
    case 'ollama':
      return infill || family !== undefined ? ['ollama'] : [];
    case 'mistral':
      return /codestral|devstral/i.test(model) ? ['mistral'] : [];
    case 'deepseek':
      return ['deepseek'];
    case 'inception':
      return /edit|coder/i.test(model) ? ['mercury'] : [];
    case 'lm-studio':
    case 'vllm':
      return family === undefined ? [] : [`fim:${family}`];
    case 'openai':
      // Hosted servers put every prompt into a chat template, whatever address it comes to.
      return family !== undefined && isNear(root) ? [`fim:${family}`] : [];
    default:
      return kind satisfies never;
  }
}

/** Models that go on with code and were never taught to follow instructions. */
function isCompletionOnly(model: string): boolean {
  if (/instruct|chat|\bit\b|-it-|sft|dpo/i.test(model)) return false;
  return (
    /(?:^|[^a-z])base(?:$|[^a-z])/i.test(model) ||
    /star-?coder|santacoder|stable-?code|mellum|mercury-edit|code-?gemma[^a-z]*2b|codellama.*code/i.test(
      model,
    )
  );
}
