/**
 * The answer to a review, finding by finding, as models write it:
 *
 *     <<<<<<< error: One sentence that says what is wrong
 *     lines of the file, copied exactly
 *     =======
 *     the lines that put it right
 *     >>>>>>>
 *
 * Laws
 * - Total: any text in any chunks gives findings and nothing else; prose and fences around them are ignored.
 * - A finding is given as soon as its end mark was read, or the mark that opens the next. What the answer breaks off in
 *   the middle is left out: nothing tells half of it from all of it.
 * - Nothing between the marks that would put it right means that there is no such proposal.
 */

import { lineReader } from '../formats/lines.ts';

export interface Finding {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** Lines of the file as the model remembers them. */
  readonly quoted: readonly string[];
  /** What they are to become, where the model says it. */
  readonly fixed: readonly string[] | undefined;
}

export interface FindingReader {
  push(chunk: string): readonly Finding[];
  finish(): readonly Finding[];
}

const opener =
  /^\s*<{5,}\s*(?:\[?(error|bug|critical|warning|warn|info|information|note|hint|nit|style)\]?\s*[:-]\s*)?(.*\S)\s*$/i;
const divider = /^\s*={5,}\s*$/;
const closer = /^\s*>{5}/;
/** What opens a finding says so at once; the rest of a longer line is cut off. */
const longestOpening = 1000;

/** A message is one sentence; what is longer is cut where it is shown. */
const longestMessage = 500;

interface Open {
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly quoted: string[];
  fixed: string[] | undefined;
}

export function findingReader(): FindingReader {
  const lines = lineReader();
  let open: Open | undefined;

  function take(line: string): Finding | undefined {
    const opened = opener.exec(line.slice(0, longestOpening));
    if (opened) {
      const before = open;
      const message = (opened[2] ?? '').slice(0, longestMessage);
      open = {
        severity: severities[opened[1]?.toLowerCase() ?? ''] ?? 'warning',
        message,
        quoted: [],
        fixed: undefined,
      };
      return before?.fixed && closed(before);
    }
    if (!open) return undefined;
    if (closer.test(line)) {
      const done = open;
      open = undefined;
      return closed(done);
    }
    if (divider.test(line) && !open.fixed) open.fixed = [];
    else (open.fixed ?? open.quoted).push(line);
    return undefined;
  }

  const takeAll = (read: readonly string[]) => read.flatMap((line) => take(line) ?? []);
  return {
    push: (chunk) => takeAll(lines.push(chunk)),
    finish: () => takeAll(lines.finish()),
  };
}

const severities: Readonly<Record<string, Finding['severity']>> = {
  error: 'error',
  bug: 'error',
  critical: 'error',
  info: 'information',
  information: 'information',
  note: 'information',
  hint: 'hint',
  nit: 'hint',
  style: 'hint',
};

function closed({ severity, message, quoted, fixed }: Open): Finding | undefined {
  if (quoted.every((line) => line.trim() === '')) return undefined;
  const says = fixed?.some((line) => line.trim() !== '') && fixed.join('\n') !== quoted.join('\n');
  return { severity, message, quoted, fixed: says ? fixed : undefined };
}
