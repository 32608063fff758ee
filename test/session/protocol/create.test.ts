/** The text of a request, put together from prepared pieces, is what encoding the whole of it gives. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPatchTool } from '../../../server/core/formats/apply-patch-tool.ts';
import { createWriter, type OptionalField, optionalFields } from '../../../server/session/protocol/create.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\u2028', '\ud800', ',"store":false'),
);
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const task = fc.constantFrom('complete', 'edit', 'fix', 'review');

test('it is the same for all prompts, lanes, parents, formats and unknown fields', () => {
  fc.assert(
    fc.property(
      fc.record({
        name: text,
        format: fc.constantFrom('chat', 'apply_patch'),
        effort: perhaps(text),
        tier: perhaps(text),
      }),
      fc.uniqueArray(fc.constantFrom(...optionalFields)),
      fc.array(
        fc.record({
          parts: fc.array(
            fc.record({
              role: fc.constantFrom('system', 'user'),
              text: fc.oneof(
                text,
                text.map((piece) => piece.padEnd(5000, 'é')),
              ),
            }),
          ),
          lane: perhaps(text),
          previousResponseId: perhaps(text),
          task: perhaps(task),
          most: fc.integer({ min: 0, max: 100_000 }),
        }),
      ),
      (model, unknown, requests) => {
        const writer = createWriter(model);
        const without = new Set<OptionalField>();
        // What a server does not know is learnt on the way.
        for (const [i, { parts, lane, previousResponseId, task, most }] of requests.entries()) {
          const learnt = unknown[i];
          if (learnt) without.add(learnt);
          const tool = {
            type: 'custom',
            name: applyPatchTool.name,
            description: applyPatchTool.description,
            format: { type: 'grammar', syntax: 'lark', definition: applyPatchTool.grammar },
          };
          const isEdit = task === 'edit' || task === 'fix';
          const frame: Record<string, unknown> = {
            type: 'response.create',
            stream_id: lane,
            model: model.name,
            store: false,
            previous_response_id: previousResponseId,
            input: parts.map((part) => ({
              type: 'message',
              role: part.role,
              // Readers of JSON refuse half a surrogate pair.
              content: [{ type: 'input_text', text: part.text.toWellFormed() }],
            })),
            max_output_tokens: Math.max(16, most),
            ...(model.format === 'apply_patch' ? { tools: [tool] } : {}),
            ...(model.format === 'apply_patch' && task
              ? { tool_choice: isEdit ? { type: 'custom', name: tool.name } : 'none' }
              : {}),
            text: { verbosity: 'low' },
            stream_options: { include_obfuscation: false },
            ...(model.effort ? { reasoning: { effort: model.effort } } : {}),
            ...(model.tier ? { service_tier: model.tier } : {}),
          };
          for (const field of without) delete frame[field];
          const written = () => writer.text(parts, most, { lane, previousResponseId, task, without });
          expect(written()).toBe(JSON.stringify(frame));
          // What was kept the first time is what is sent the second.
          expect(written()).toBe(JSON.stringify(frame));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the shape is what stays the same, whatever is asked', () => {
  const writer = createWriter({ name: 'm', effort: 'low' });
  expect(JSON.parse(writer.shape(new Set()))).toEqual({
    type: 'response.create',
    model: 'm',
    store: false,
    text: { verbosity: 'low' },
    stream_options: { include_obfuscation: false },
    reasoning: { effort: 'low' },
  });
  expect(writer.shape(new Set(['text']))).not.toContain('verbosity');
});
