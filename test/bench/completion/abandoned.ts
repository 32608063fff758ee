/** Requests that were given up although the typing agreed with them: by a model that is always right, all that were. */

import type { ModelRequest } from './speech.ts';

/** Cancelled before their first line was said, or asked again inside of that line before it was. */
export function abandonedOf(requests: readonly ModelRequest[], file: string): number {
  return requests.filter((request) => request.at >= 0 && isAbandoned(request, requests, file)).length;
}

function isAbandoned(request: ModelRequest, all: readonly ModelRequest[], file: string): boolean {
  const { at, arrived, lined, cancelled } = request;
  if (lined === undefined) return cancelled;
  const end = endOfFirstLine(file, at);
  return all.some(
    (other) => other.arrived > arrived && other.arrived < lined && other.at > at && other.at < end,
  );
}

/** Of the first line from there on that says something. */
function endOfFirstLine(file: string, at: number): number {
  const said = at + Math.max(0, file.slice(at).search(/\S/));
  const end = file.indexOf('\n', said);
  return end === -1 ? file.length : end;
}
