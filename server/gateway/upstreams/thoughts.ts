/** Sentences on models that think where they should answer. */

import type { Usage } from '../../core/model.ts';
import type { Failed } from '../backend.ts';
import { type AskedServer, hostOf } from './failure.ts';

/** It thought until it might write no more. */
export function onlyThought(asked: AskedServer, usage: Usage | undefined): Failed {
  return failed(
    `${nameOf(asked)} thought until its tokens were used up and said nothing: set \`model.effort\` to "low" or "none", or choose a model that does not think first.`,
    usage,
  );
}

/** Its thoughts came as its answer, without a mark where they began. */
export function thoughtAloud(asked: AskedServer, usage: Usage | undefined): Failed {
  return failed(
    `${nameOf(asked)} thinks inside its answer, which is told apart from now on: ask again, or let its server tell thoughts apart.`,
    usage,
  );
}

function nameOf({ model, url }: AskedServer): string {
  return model === '' ? `The model at ${hostOf(url)}` : `The model "${model}" at ${hostOf(url)}`;
}

function failed(message: string, usage: Usage | undefined): Failed {
  return { kind: 'failed', failure: { code: 'model', message }, ...(usage ? { usage } : {}) };
}
