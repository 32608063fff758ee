/** `textDocument/codeAction`: entries with a command each, never a model call and never a resolve (Helix blocks on it). */

import type { InstructionComment } from '../core/comment.ts';
import type { Text } from '../core/text.ts';
import type { ListedAction, ListParts } from '../features/actions/listing.ts';
import { listActions } from '../features/actions/listing.ts';
import type { Diagnostics } from '../features/diagnostics.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import { type ReadDiagnostic, readDiagnostics, severityNumbers } from './diagnostics.ts';
import { documentUri, type Fields, list, object, optional, type Range, range, string } from './params.ts';
import { type PositionEncoding, toRange, toSpan } from './position.ts';

/** LSP 3.18, `CodeActionTag.LLMGenerated`. */
const llmGenerated = 1;

export interface CodeActionParts {
  readonly documents: Documents;
  readonly diagnostics: Diagnostics;
  readonly listing: ListParts;
  readonly client: () => ClientFeatures;
  readonly pathOf: (uri: string) => string;
}

export function codeAction(params: Fields, parts: CodeActionParts): readonly object[] {
  const { documents, diagnostics, listing, client } = parts;
  const asked = range(params.range, 'range');
  const context = object(params.context, 'context');
  const only = optional(list(string))(context.only, 'context.only');
  const snapshot = documents.get(documentUri(params));
  if (!snapshot) return [];
  const { encoding } = client();
  const span = toSpan(snapshot.text, asked, encoding);
  const { uri, text } = snapshot;
  const place = { uri, text, encoding, pathOf: parts.pathOf };
  const sent = readDiagnostics(context.diagnostics, 'context.diagnostics', place);
  // Clients that pass only a server's own diagnostics (Neovim) have told us of the others before.
  const told = diagnostics.of(snapshot).filter(({ start, end }) => start <= span.end && span.start <= end);
  const known = sent.length > 0 ? sent.map(({ diagnostic }) => diagnostic) : told;
  // 2 is `Automatic`: the cursor moved, nobody opened a menu.
  const trigger = context.triggerKind === 2 ? 'automatic' : 'invoked';
  const placed: Placed = { snapshot, asked, sent, client: client() };
  return listActions({ snapshot, ...span, diagnostics: known, only, trigger }, listing).flatMap((action) =>
    toCodeAction(action, placed),
  );
}

interface Placed {
  readonly snapshot: Snapshot;
  /** As the client asked for it. */
  readonly asked: Range;
  readonly sent: readonly ReadDiagnostic[];
  readonly client: ClientFeatures;
}

function toCodeAction(action: ListedAction, placed: Placed): readonly object[] {
  const { client, sent } = placed;
  const { title, kind, disabled } = action;
  if (disabled !== undefined) {
    return client.disabledActions && client.codeActionLiterals
      ? [{ title, kind, disabled: { reason: disabled } }]
      : [];
  }
  const command = { title, ...commandFor(action, placed) };
  // A client without literals understands bare commands only.
  if (!client.codeActionLiterals) return [command];
  const originals =
    action.does === 'fix'
      ? sent.filter(({ diagnostic }) => action.diagnostics.includes(diagnostic)).map((each) => each.sent)
      : [];
  return [
    {
      title,
      kind,
      command,
      ...(originals.length > 0 ? { diagnostics: originals } : {}),
      ...(client.actionTags && byModel.has(action.does) ? { tags: [llmGenerated] } : {}),
    },
  ];
}

const byModel: ReadonlySet<ListedAction['does']> = new Set([
  'fix',
  'instruct',
  'custom',
  'rewrite',
  'next-edit',
]);

function commandFor(action: ListedAction, { snapshot, asked, sent, client: { encoding } }: Placed): object {
  const { uri, text } = snapshot;
  switch (action.does) {
    case 'fix': {
      const { diagnostics } = action;
      const originals = diagnostics.map(
        (diagnostic) =>
          sent.find((each) => each.diagnostic === diagnostic)?.sent ??
          toDiagnostic(diagnostic, snapshot, encoding),
      );
      const start = Math.min(...diagnostics.map((each) => each.start));
      const end = Math.max(...diagnostics.map((each) => each.end));
      const place = toRange(text, { start, end }, encoding);
      return { command: 'whittle.fix', arguments: [{ uri, range: place, diagnostics: originals }] };
    }
    case 'instruct': {
      const { instruction, about } = action.comment;
      const comment = commentIn(action.comment, text, encoding);
      return {
        command: 'whittle.edit',
        arguments: [{ uri, range: toRange(text, about, encoding), instruction, comment }],
      };
    }
    case 'redirect': {
      const { instruction } = action.comment;
      const comment = commentIn(action.comment, text, encoding);
      return { command: 'whittle.steer', arguments: [{ instruction, token: action.token, uri, comment }] };
    }
    case 'rewrite': {
      const { region, instruction } = action.rewrite;
      return {
        command: 'whittle.edit',
        arguments: [{ uri, range: toRange(text, region, encoding), instruction }],
      };
    }
    case 'more':
      return {
        command: 'whittle.more',
        arguments: [{ uri, range: asked, diagnostics: sent.map((each) => each.sent) }],
      };
    case 'custom':
      return { command: 'whittle.edit', arguments: [{ uri, instruction: action.instruction }] };
    case 'repeat':
      return { command: 'whittle.repeatEdit', arguments: [{ uri }] };
    case 'next-edit':
      return { command: 'whittle.nextEdit', arguments: [{ uri, position: asked.start, apply: true }] };
    case 'hunk':
      return { command: 'whittle.hunk', arguments: [{ id: action.id, keep: action.keep }] };
    case 'undo':
      return { command: 'whittle.undo', arguments: [{ id: action.id }] };
    case 'retry':
      return { command: 'whittle.retry', arguments: [{ uri, id: action.id, how: action.how }] };
    case 'finding':
      return { command: 'whittle.finding', arguments: [{ uri, id: action.id, do: action.what }] };
    case 'review': {
      const place = action.region ? { range: toRange(text, action.region, encoding) } : {};
      return {
        command: 'whittle.review',
        arguments: [{ uri, ...place, changes: action.what === 'changes' }],
      };
    }
    case 'stop':
      return { command: 'whittle.cancel', arguments: [{ token: action.token }] };
    case 'nothing':
      return {};
    default:
      return action satisfies never;
  }
}

/** With its words: nothing else is taken away where the document has changed since. */
function commentIn({ removes }: InstructionComment, text: Text, encoding: PositionEncoding): object {
  return { range: toRange(text, removes, encoding), text: text.value.slice(removes.start, removes.end) };
}

function toDiagnostic(
  diagnostic: ReadDiagnostic['diagnostic'],
  { text }: Snapshot,
  encoding: PositionEncoding,
): object {
  const { message, code, source, severity } = diagnostic;
  return {
    range: toRange(text, diagnostic, encoding),
    message,
    severity: severityNumbers[severity],
    ...(code === undefined ? {} : { code }),
    ...(source === undefined ? {} : { source }),
  };
}
