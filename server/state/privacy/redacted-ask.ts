/** An ask without secrets, made field by field: what an Ask does not have does not leave. */

import type { Ask, AskContext, Diagnostic } from '../../core/ask.ts';

/** `ask.document` is redacted already; `hidden` redacts every other piece of text. */
export function redactedAsk(ask: Ask, hidden: (text: string) => string): Ask {
  const diagnostic = ({ related, ...each }: Diagnostic): Diagnostic => ({
    ...each,
    message: hidden(each.message),
    ...(related ? { related: related.map((place) => ({ ...place, message: hidden(place.message) })) } : {}),
  });
  const { document, contextTokens, maxOutputTokens, request } = ask;
  const unnumbered: AskContext = {
    document,
    history: ask.history.map(({ path, before, after, line }) => ({
      path,
      before: hidden(before),
      after: hidden(after),
      line,
    })),
    snippets: ask.snippets.map(({ path, text }) => ({ path, text: hidden(text) })),
    diagnostics: ask.diagnostics.map(diagnostic),
    contextTokens,
    maxOutputTokens,
  };
  const context = request === undefined ? unnumbered : { ...unnumbered, request };
  switch (ask.task) {
    case 'complete': {
      const { task, cursor, maxLines, candidates, selected, local } = ask;
      const plain = { ...context, task, cursor, maxLines, candidates };
      // One is asked at every key, and has neither: to put nothing in takes time as well.
      if (!selected && !local) return plain;
      const chosen = selected ? { selected: { ...selected, text: hidden(selected.text) } } : {};
      return { ...plain, ...chosen, ...(local ? { local } : {}) };
    }
    case 'edit': {
      const { task, region, bounded, instruction, streamed } = ask;
      const begun = streamed === undefined ? {} : { streamed: hidden(streamed) };
      const bound = bounded ? { bounded } : {};
      return { ...context, task, region, ...bound, instruction: hidden(instruction), ...begun };
    }
    case 'fix':
      return { ...context, task: ask.task, region: ask.region, targets: ask.targets.map(diagnostic) };
    case 'nextEdit': {
      const { task, cursor, region } = ask;
      return { ...context, task, cursor, region };
    }
    case 'review': {
      const { task, region, changes } = ask;
      return { ...context, task, region, ...(changes ? { changes } : {}) };
    }
    default:
      return ask satisfies never;
  }
}
