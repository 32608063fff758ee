/** Diagnostics of other servers, as a client passes them on. */

import type { Diagnostic, RelatedPlace } from '../core/ask.ts';
import type { Text } from '../core/text.ts';
import type { Diagnostics } from '../features/diagnostics.ts';
import type { Documents } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import { type Fields, list, Malformed, object, range, string } from './params.ts';
import { type PositionEncoding, toSpan } from './position.ts';

/** A diagnostic together with what the client sent, which is sent back as it came. */
export interface ReadDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly sent: Fields;
}

/** As the protocol writes them. */
export const severityNumbers = { error: 1, warning: 2, information: 3, hint: 4 } as const;

const severities = ['error', 'warning', 'information', 'hint'] as const;

export interface DiagnosticsPlace {
  readonly uri: string;
  readonly text: Text;
  readonly encoding: PositionEncoding;
  /** As an ask names a document. */
  readonly pathOf: (uri: string) => string;
}

export interface DiagnosticsParts {
  readonly documents: Documents;
  readonly diagnostics: Diagnostics;
  readonly client: () => ClientFeatures;
  readonly pathOf: (uri: string) => string;
}

/** What other servers say of a document, as a client tells it, in place of what was said before. */
export function keepDiagnostics(sent: unknown, uri: string, parts: DiagnosticsParts): void {
  const { documents, diagnostics, client, pathOf } = parts;
  const snapshot = documents.get(uri);
  if (!snapshot) return;
  const place = { uri, text: snapshot.text, encoding: client().encoding, pathOf };
  const read = readDiagnostics(sent, 'diagnostics', place);
  diagnostics.set(
    snapshot,
    read.map(({ diagnostic }) => diagnostic),
  );
}

export function readDiagnostics(
  value: unknown,
  field: string,
  place: DiagnosticsPlace,
): readonly ReadDiagnostic[] {
  const { text, encoding } = place;
  return list(object)(value ?? [], field).map((sent, index) => {
    const span = toSpan(text, range(sent.range, `${field}[${index}].range`), encoding);
    const severity = typeof sent.severity === 'number' ? severities[sent.severity - 1] : undefined;
    return {
      sent,
      diagnostic: {
        ...span,
        message: messageOf(sent.message),
        severity: severity ?? 'error',
        ...codeOf(sent.code),
        ...(typeof sent.source === 'string' ? { source: sent.source } : {}),
        ...relatedOf(sent.relatedInformation, place),
      },
    };
  });
}

/** Read without failing: what is not as the protocol says helps nobody, and hurts nobody either. */
function relatedOf(
  value: unknown,
  { uri, text, encoding, pathOf }: DiagnosticsPlace,
): Pick<Diagnostic, 'related'> {
  if (!Array.isArray(value)) return {};
  const related = value.slice(0, mostRelated).flatMap((each: unknown): readonly RelatedPlace[] => {
    try {
      const fields = object(each, 'relatedInformation');
      const location = object(fields.location, 'location');
      const at = string(location.uri, 'uri');
      const found = range(location.range, 'range');
      const region = at === uri ? { region: toSpan(text, found, encoding) } : {};
      return [{ path: pathOf(at), line: found.start.line, message: messageOf(fields.message), ...region }];
    } catch (error) {
      if (error instanceof Malformed) return [];
      throw error;
    }
  });
  return related.length === 0 ? {} : { related };
}

/** Of one diagnostic; compilers give one or two. */
const mostRelated = 10;

/** A string, or MarkupContent since LSP 3.18. */
function messageOf(value: unknown): string {
  const text = plainOf(value);
  return typeof text === 'string' ? text : '';
}

/** With the address where it is described, as editors keep it, it is an object. */
function codeOf(value: unknown): Pick<Diagnostic, 'code'> {
  const code = plainOf(value);
  return typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {};
}

function plainOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}
