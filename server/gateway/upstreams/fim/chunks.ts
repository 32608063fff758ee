/** Completions (`choices[0].text`) as chunks of chat, which have one reader. */

import * as z from 'zod';
import { loose } from '../../../session/protocol/field.ts';
import type { StreamItem } from '../http.ts';

export async function* asChunks(items: AsyncIterable<StreamItem>): AsyncGenerator<StreamItem, void, void> {
  for await (const item of items) {
    if (item.kind !== 'value') {
      yield item;
      continue;
    }
    const read = chunk.safeParse(item.value);
    if (!read.success) {
      yield item;
      continue;
    }
    const choices = read.data.choices.map(({ text, ...rest }) =>
      typeof text === 'string' ? { ...rest, delta: { content: text } } : rest,
    );
    yield { kind: 'value', value: { ...read.data, choices } };
  }
}

const chunk = z.looseObject({ choices: z.array(z.looseObject({ text: loose(z.string()) })) });
