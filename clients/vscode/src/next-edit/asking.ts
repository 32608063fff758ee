/** Next edits over the wire: what is asked, with what other extensions find wrong in the file, and what became of it. */

import { CancellationTokenSource, languages, Position, type TextDocument, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { findingSource } from '../../../../server/features/review/standing.ts';
import { readSent, type Sent } from './answer.ts';
import type { Answer, Port, Question } from './port.ts';

const automatic = 2;

/** Never rejects: who called it off has no use for that, and of a server that went away the client library tells. */
export async function ask(client: LanguageClient, question: Question, signal: AbortSignal): Promise<Answer> {
  const { view, trigger } = question;
  const document = workspace.textDocuments.find(({ uri }) => uri.toString() === view.uri);
  if (!document) return { kind: 'none' };
  const cancellation = new CancellationTokenSource();
  const cancel = (): void => cancellation.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const place = { document, position: document.positionAt(view.cursor), cancellation };
  try {
    const sent = readSent(await (trigger === 'invoked' ? command(client, place) : request(client, place)));
    if (sent.edit) return { kind: 'edit', suggested: inOffsets(sent.edit, document) };
    return trigger === 'invoked' && sent.why !== undefined
      ? { kind: 'none', why: sent.why }
      : { kind: 'none' };
  } catch {
    return trigger === 'invoked' && !client.isRunning()
      ? { kind: 'none', why: 'Whittle does not run.' }
      : { kind: 'none' };
  } finally {
    signal.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}

/** Never rejects. */
export async function tell(
  client: LanguageClient,
  what: Parameters<Port['tell']>[0],
  id: string,
): Promise<void> {
  try {
    await client.sendRequest('workspace/executeCommand', { command: `whittle.${what}`, arguments: [{ id }] });
  } catch {
    // Nothing is lost with it but what the server learns.
  }
}

interface Place {
  readonly document: TextDocument;
  readonly position: Position;
  readonly cancellation: CancellationTokenSource;
}

async function request(
  client: LanguageClient,
  { document, position, cancellation }: Place,
): Promise<unknown> {
  const { code2ProtocolConverter: toProtocol } = client;
  const found = languages.getDiagnostics(document.uri).filter(({ source }) => source !== findingSource);
  const params = {
    textDocument: toProtocol.asTextDocumentIdentifier(document),
    position: toProtocol.asPosition(position),
    context: { triggerKind: automatic },
    diagnostics: await toProtocol.asDiagnostics(found),
  };
  return client.sendRequest('whittle/nextEdit', params, cancellation.token);
}

/** Unlike the request it answers why there is none. */
function command(client: LanguageClient, { document, position, cancellation }: Place): Promise<unknown> {
  const { code2ProtocolConverter: toProtocol } = client;
  const argument = { uri: toProtocol.asUri(document.uri), position: toProtocol.asPosition(position) };
  const params = { command: 'whittle.nextEdit', arguments: [argument] };
  return client.sendRequest('workspace/executeCommand', params, cancellation.token);
}

/** Of another version they mean nothing: whoever reads them looks at the version first. */
function inOffsets({ id, version, range, text }: NonNullable<Sent['edit']>, document: TextDocument) {
  const offset = ({ line, character }: typeof range.start): number =>
    document.offsetAt(new Position(line, character));
  return { id, version, hunk: { start: offset(range.start), end: offset(range.end), text } };
}
