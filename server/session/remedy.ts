/**
 * What to do about an error that ends a request before anything was heard: some are not failures but servers
 * saying how they want to be asked.
 */

import { type OptionalField, optionalFields } from './protocol/create.ts';
import { isBusy, isParentGone, isUnpaid, type WireError } from './protocol/error.ts';
import { documentNotFound } from './protocol/extension.ts';
import { isAboutModel, isWrongKey } from './protocol/sentences.ts';

export type Remedy =
  | { readonly kind: 'fail' }
  /** Ask again with the document's text inside. */
  | { readonly kind: 'inline' }
  /** Ask again without a field this server does not know. */
  | { readonly kind: 'without'; readonly field: OptionalField }
  /** Ask again without a lane: this server runs one response at a time. */
  | { readonly kind: 'no-lanes' }
  /** Ask again with everything in it: the server no longer has the response it was to continue from. */
  | { readonly kind: 'full' }
  /** The same, now and always: the server does not continue from responses. */
  | { readonly kind: 'no-chain' }
  /** The server does not take what is not to be answered. */
  | { readonly kind: 'no-prewarm' }
  /** The connection is used up; ask again on a new one. */
  | { readonly kind: 'new-connection' }
  /** The key may have been renewed since it was read: ask again on a new connection, once. */
  | { readonly kind: 'new-key' }
  /** It went into a connection that was dead already: ask again, once. */
  | { readonly kind: 'again' };

export function remedyFor(error: WireError): Remedy {
  // About the server behind a gateway, which has found its own remedies.
  if (error.failure !== undefined) return { kind: 'fail' };
  if (isParentGone(error)) return { kind: 'full' };
  switch (error.code) {
    case documentNotFound:
      return { kind: 'inline' };
    case 'websocket_connection_limit_reached':
    case 'websocket_stream_limit_reached':
      return { kind: 'new-connection' };
    case 'invalid_stream_id':
      return { kind: 'no-lanes' };
    case 'connection_stale':
      return { kind: 'again' };
    default:
      return error.status === 401 ? { kind: 'new-key' } : wrongField(error);
  }
}

/** Whether a request was refused for what it is, not for its key, its model or its text, and nobody knows why. */
export function isRefusedRequest(error: WireError): boolean {
  const { status, code = '', type = '', failure } = error;
  if (failure !== undefined || isBusy(error) || isUnpaid(error) || isAboutModel(error)) return false;
  if (isWrongKey(status, error.message)) return false;
  if (/content|policy|safety|invalid_prompt/i.test(`${code} ${type}`)) return false;
  if (status !== undefined) return [400, 404, 405, 409, 422].includes(status);
  return [code, type].some((name) => name.startsWith('invalid_request'));
}

/** Whether the server itself went wrong. */
export function isFault({ status, code, type, failure }: WireError): boolean {
  if (failure !== undefined) return false;
  return status === undefined
    ? code === 'server_error' || type === 'server_error'
    : status === 500 || status === 501;
}

/** Servers name the field in `param`, some only in the message; some give neither status nor code. */
function wrongField(error: WireError): Remedy {
  const { status, code, message } = error;
  const isRefused =
    status === 400 ||
    status === 422 ||
    code === 'unknown_parameter' ||
    code === 'unsupported_parameter' ||
    (status === undefined && /\b(?:not|un)[ -]?support/i.test(message));
  if (!isRefused) return { kind: 'fail' };
  if (names(error, 'stream_id')) return { kind: 'no-lanes' };
  if (names(error, 'previous_response_id')) return { kind: 'no-chain' };
  if (names(error, 'generate')) return { kind: 'no-prewarm' };
  const field = optionalFields.find((name) => names(error, name));
  return field ? { kind: 'without', field } : { kind: 'fail' };
}

/** In quotes, or right behind what it is called: "Unsupported parameter: x", "Argument not supported on this model: x". */
function names({ param, message }: WireError, field: string): boolean {
  if (param !== undefined) return param.split(/[.[]/)[0] === field;
  if (new RegExp(`['"\`]${field}\\b`).test(message)) return true;
  const called =
    '\\b(?:parameters?|arguments?|fields?)(?: (?:is |are )?not supported(?: on this model)?)?:? ';
  // The one field inside of another that servers name alone.
  return new RegExp(`${called}${field}${field === 'reasoning' ? '_?(?:effort)?' : ''}\\b`, 'i').test(message);
}
