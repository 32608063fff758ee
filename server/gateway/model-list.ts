/** `GET /v1/models`: what is served here, in the shape that clients of OpenAI's list know. */

import type { ServerResponse } from 'node:http';
import type { Backend } from './backend.ts';
import { sendJson } from './send-json.ts';

export function answerModels(response: ServerResponse, backend: Backend): void {
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const answer = (names: readonly string[]): void => {
    if (response.destroyed) return;
    const data = names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'whittle' }));
    sendJson(response, { status: 200, value: { object: 'list', data } });
  };
  backend.models(abort.signal).then(answer, () => answer([]));
}
