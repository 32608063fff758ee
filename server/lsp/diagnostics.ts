/** Diagnostics of other servers, as a client passes them on. */

import type { Diagnostic } from '../core/ask.ts';
import type { Text } from '../core/text.ts';
import { type Fields, list, object, range } from './params.ts';
import { type PositionEncoding, toSpan } from './position.ts';

/** A diagnostic together with what the client sent, which is sent back as it came. */
export interface ReadDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly sent: Fields;
}

/** As the protocol writes them. */
export const severityNumbers = { error: 1, warning: 2, information: 3, hint: 4 } as const;

const severities = ['error', 'warning', 'information', 'hint'] as const;

export function readDiagnostics(
  value: unknown,
  field: string,
  { text, encoding }: { readonly text: Text; readonly encoding: PositionEncoding },
): readonly ReadDiagnostic[] {
  return list(object)(value ?? [], field).map((sent, index) => {
    const span = toSpan(text, range(sent.range, `${field}[${index}].range`), encoding);
    const severity = typeof sent.severity === 'number' ? severities[sent.severity - 1] : undefined;
    return {
      sent,
      diagnostic: {
        ...span,
        message: messageOf(sent.message),
        severity: severity ?? 'error',
        ...(sent.code === undefined || sent.code === null ? {} : { code: String(sent.code) }),
        ...(typeof sent.source === 'string' ? { source: sent.source } : {}),
      },
    };
  });
}

/** A string, or MarkupContent since LSP 3.18. */
function messageOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'value' in value) return String(value.value);
  return '';
}
