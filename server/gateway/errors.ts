/** Errors of the protocol, in the words that clients of it know. */

import type { ModelFailure, ModelFailureCode } from '../core/model.ts';
import { failureField, upstreamUnreachable } from '../session/protocol/extension.ts';
import type { Frame } from '../session/protocol/frame.ts';

export interface RequestError {
  readonly status: number;
  readonly type: 'invalid_request_error' | 'rate_limit_error' | 'server_error';
  readonly code: string;
  readonly message: string;
  readonly param?: string;
  /** What it is to our own client, which takes the message as it is. */
  readonly failure?: ModelFailureCode;
  readonly retryAfterMs?: number;
}

/** `lane` is named where the error belongs to one. */
export function errorFrame(error: RequestError, lane?: string): Frame {
  const { status, retryAfterMs } = error;
  return {
    type: 'error',
    status,
    ...(lane === undefined ? {} : { stream_id: lane }),
    error: errorObject(error),
    ...(retryAfterMs === undefined ? {} : { headers: { 'retry-after-ms': String(Math.ceil(retryAfterMs)) } }),
  };
}

/** The `error` of a frame and of an HTTP answer's body. */
export function errorObject({
  type,
  code,
  message,
  param,
  failure,
}: RequestError): Readonly<Record<string, unknown>> {
  return {
    type,
    code,
    message,
    ...(param === undefined ? {} : { param }),
    ...(failure === undefined ? {} : { [failureField]: failure }),
  };
}

/** A failure of the model behind, as an error of this protocol. */
export function failureError(failure: ModelFailure): RequestError {
  const { code, message, retryAfterMs } = failure;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const kind = wireKind(code);
  // One that ended under an answer was reached.
  const isLost = code === 'offline' && !failure.unreached;
  return { ...kind, ...(isLost ? { code: upstreamLost } : {}), message, failure: code, ...wait };
}

const upstreamLost = 'upstream_lost';

function wireKind(code: ModelFailureCode): Pick<RequestError, 'status' | 'type' | 'code'> {
  switch (code) {
    case 'unauthorized':
      return { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' };
    case 'not-found':
      return { status: 404, type: 'invalid_request_error', code: 'model_not_found' };
    case 'busy':
      return { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' };
    case 'rejected':
    case 'unsupported':
    case 'excluded':
    case 'limit':
      return { status: 400, type: 'invalid_request_error', code: 'upstream_rejected' };
    case 'offline':
    case 'barred':
    case 'disposed':
      return { status: 503, type: 'server_error', code: upstreamUnreachable };
    case 'protocol':
      return { status: 502, type: 'server_error', code: 'upstream_unreadable' };
    case 'model':
    case 'cancelled':
      return { status: 500, type: 'server_error', code: 'server_error' };
    default:
      return code satisfies never;
  }
}

export const invalidJson = invalid('invalid_json', 'The message is not JSON.');
export const invalidEvent = invalid(
  'invalid_event',
  "The message must be an object with a string 'type'.",
  'type',
);
export const invalidBody = invalid('invalid_event', 'The body must be a JSON object.');
export const binaryMessage = invalid('invalid_event', 'Messages must be text.');
export const invalidStreamId = invalid(
  'invalid_stream_id',
  "The 'stream_id' field must be a non-empty string with at most 256 characters and may only contain letters, numbers, underscores, hyphens, and periods.",
  'stream_id',
);
export const streamLimit = invalid(
  'websocket_stream_limit_reached',
  'This WebSocket connection has reached its maximum number of distinct stream IDs (32). Reuse an existing stream_id or open a new WebSocket connection.',
  'stream_id',
);
export const connectionLimit = invalid(
  'websocket_connection_limit_reached',
  'Responses websocket connection limit reached (60 minutes). Create a new websocket connection to continue.',
);
export const queueFull: RequestError = {
  status: 429,
  type: 'rate_limit_error',
  code: 'websocket_queue_full',
  message: 'Too many requests wait on this lane: use another stream_id.',
};

export const answeringFailed: RequestError = {
  status: 500,
  type: 'server_error',
  code: 'server_error',
  message: 'The model failed while answering.',
};

export const shuttingDown: RequestError = {
  status: 503,
  type: 'server_error',
  code: 'server_shutting_down',
  message: 'The gateway is being stopped and takes no new requests.',
};

export function invalid(code: string, message: string, param?: string): RequestError {
  return {
    status: 400,
    type: 'invalid_request_error',
    code,
    message,
    ...(param === undefined ? {} : { param }),
  };
}

export function unknownEvent(type: string): RequestError {
  return invalid('unknown_event_type', `Unknown event type '${type.slice(0, 64)}'.`, 'type');
}

export function previousNotFound(id: string): RequestError {
  return invalid(
    'previous_response_not_found',
    `Previous response with id '${id.slice(0, 128)}' not found.`,
    'previous_response_id',
  );
}
