/**
 * What a server answers to a `POST`: events of a stream, or the one event that something else stands for.
 *
 * It is told by how it begins, not by its `Content-Type`: proxies leave that out, or call a stream something else.
 *
 *   {…}      a response that came whole, or an error
 *   <…>      a page
 *   else     server-sent events
 *
 * Law: the last event told is an error where nothing that ends a response came before.
 */

import type { IncomingMessage } from 'node:http';
import { wholeFrame } from './protocol/events.ts';
import { type Frame, readServerFrame, serverFrame } from './protocol/frame.ts';
import { maxMessageBytes } from './protocol/limits.ts';
import { createSseReader, type SseEvent } from './protocol/sse.ts';
import { pageFields } from './refusal.ts';

/** An error page longer than this says nothing more to a user. */
const maxErrorBytes = 64 * 1024;

export type Tell = (event: Frame) => void;

export function readAnswer(response: IncomingMessage, tell: Tell): void {
  response.setEncoding('utf8');
  const status = response.statusCode ?? 0;
  if (status < 200 || status >= 300) {
    readWhole(response, tell, maxErrorBytes, (body) => told(response, pageFields(body)));
    return;
  }
  let begun = '';
  const look = (chunk: string): void => {
    // Blanks that keep a connection open say nothing, and may be many.
    begun = (begun + chunk).trimStart();
    const [first] = begun;
    if (first === undefined) return;
    response.off('data', look);
    response.off('end', ended);
    response.off('error', ended);
    if (first === '{' || first === '<') {
      readWhole(response, tell, maxMessageBytes, (rest) => wholeEvent(response, begun + rest));
    } else readStream(response, tell, begun);
  };
  const ended = (): void => tell(lostEvent('the answer was empty'));
  response.on('data', look);
  response.on('end', ended);
  response.on('error', ended);
}

export function lostEvent(message: string): Frame {
  return { type: 'error', code: 'connection_lost', message };
}

function readStream(response: IncomingMessage, tell: Tell, begun: string): void {
  const reader = createSseReader();
  const tellAll = (events: readonly SseEvent[]): void => {
    for (const { name, data } of events) {
      if (data === '[DONE]') continue;
      const read = readServerFrame(data, name);
      // What cannot be read leaves a gap in the numbering, or the answer incomplete: either is noticed.
      if (read.kind === 'frame') tell(read.frame);
    }
    if (reader.pending() <= maxMessageBytes) return;
    tell(lostEvent('the stream has an event of more than 16 MiB'));
    response.destroy();
  };
  const ended = (): void => {
    tellAll(reader.end());
    tell(lostEvent('the stream ended early'));
  };
  tellAll(reader.push(begun));
  response.on('data', (chunk: string) => tellAll(reader.push(chunk)));
  response.on('end', ended);
  response.on('error', ended);
}

function readWhole(
  response: IncomingMessage,
  tell: Tell,
  mostRead: number,
  eventOf: (body: string) => Frame,
): void {
  let body = '';
  response.on('data', (chunk: string) => {
    if (body.length < mostRead) body += chunk;
  });
  response.on('error', (error) => tell(lostEvent(error.message)));
  response.on('end', () => tell(eventOf(body)));
}

/** Of an answer that says it is fine. */
function wholeEvent(response: IncomingMessage, body: string): Frame {
  const fields = pageFields(body);
  // A page is no model server's.
  return wholeFrame(fields) ?? serverFrame(fields) ?? told(response, {}, 404);
}

function told({ statusCode = 0, headers }: IncomingMessage, fields: object, status = statusCode): Frame {
  return { ...fields, type: 'error', status: status >= 400 ? status : 404, headers };
}
