/**
 * Which control tokens a llama-server's model has: asked once, by having it write a prompt for two marks and reading
 * what it wrote. Nothing is generated.
 */

import * as z from 'zod';
import { formatFor } from '../../../core/prompt/fim/family.ts';
import { type FimFormat, fimFormats } from '../../../core/prompt/fim/format.ts';
import { callAt } from '../address.ts';
import { requestHeaders, type UpstreamOptions } from '../upstream.ts';

export interface FrameProbe {
  /** Nothing where the tokens are none of those known here, or the server does not say. */
  frame(signal: AbortSignal): Promise<FimFormat | undefined>;
  /** What was found so far. */
  known(): FimFormat | undefined;
}

const before = 'whittle_before';
const behind = 'whittle_behind';

export function createFrameProbe({ model, server, http }: UpstreamOptions): FrameProbe {
  let found: { readonly format: FimFormat | undefined } | undefined;
  return {
    known: () => found?.format,
    async frame(signal) {
      if (found) return found.format;
      const answer = await http.json(
        {
          method: 'POST',
          url: callAt(server.root, '/infill'),
          headers: requestHeaders(model),
          model: server.model,
          body: { model: server.model, input_prefix: before, input_suffix: behind, n_predict: 0 },
        },
        signal,
      );
      // A failure says nothing about the tokens; the request that follows will say what is wrong.
      if (answer.kind === 'failed') return undefined;
      const written = said.safeParse(answer.value);
      found = { format: written.success ? frameOf(written.data.prompt, server.model) : undefined };
      return found.format;
    },
  };
}

/** The format that a prompt was written in; several share tokens, and the model's name or its marks tell them apart. */
export function frameOf(prompt: string, modelName: string): FimFormat | undefined {
  const packed = (text: string): string => text.replace(/\s+/g, '');
  const text = packed(prompt);
  const candidates = Object.values(fimFormats).filter(
    ({ prefix, suffix, middle }) =>
      text.includes(packed(prefix) + before) &&
      text.includes(packed(suffix) + behind) &&
      text.endsWith(packed(middle)),
  );
  const named = formatFor(modelName);
  const marked = ({ files }: FimFormat): boolean => files.kind === 'marked' && text.includes(files.file);
  return (
    candidates.find(({ name }) => name === named) ??
    candidates.find(marked) ??
    candidates.find(({ files }) => files.kind !== 'marked') ??
    candidates[0]
  );
}

const said = z.object({ prompt: z.string() });
