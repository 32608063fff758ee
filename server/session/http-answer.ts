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
import type { Readable } from 'node:stream';
import { decoded } from './protocol/decoded.ts';
import { wholeFrame } from './protocol/events.ts';
import { type Frame, readServerFrame, serverFrame } from './protocol/frame.ts';
import { maxMessageBytes } from './protocol/limits.ts';
import { createSseReader, type SseEvent } from './protocol/sse.ts';
import { pageFields } from './refusal.ts';

/** An error page longer than this says nothing more to a user. */
const maxErrorBytes = 64 * 1024;

export type Tell = (event: Frame) => void;

export function readAnswer(response: IncomingMessage, tell: Tell): void {
  const body = decoded(response);
  body.setEncoding('utf8');
  const status = response.statusCode ?? 0;
  if (status < 200 || status >= 300) {
    readWhole(body, tell, maxErrorBytes, (page) => told(response, pageFields(page)));
    return;
  }
  let begun = '';
  const look = (chunk: string): void => {
    // Blanks that keep a connection open say nothing, and may be many.
    begun = (begun + chunk).trimStart();
    const [first] = begun;
    if (first === undefined) return;
    body.off('data', look);
    body.off('end', ended);
    body.off('error', ended);
    if (first === '{' || first === '<') {
      readWhole(body, tell, maxMessageBytes, (rest) => wholeEvent(response, begun + rest));
    } else readStream(body, tell, begun);
  };
  const ended = (): void => tell(lostEvent('the answer was empty'));
  body.on('data', look);
  body.on('end', ended);
  body.on('error', ended);
}

export function lostEvent(message: string): Frame {
  return { type: 'error', code: 'connection_lost', message };
}

function readStream(body: Readable, tell: Tell, begun: string): void {
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
    body.destroy();
  };
  const ended = (): void => {
    tellAll(reader.end());
    tell(lostEvent('the stream ended early'));
  };
  tellAll(reader.push(begun));
  body.on('data', (chunk: string) => tellAll(reader.push(chunk)));
  body.on('end', ended);
  body.on('error', ended);
}

function readWhole(body: Readable, tell: Tell, mostRead: number, eventOf: (text: string) => Frame): void {
  let text = '';
  body.on('data', (chunk: string) => {
    if (text.length < mostRead) text += chunk;
  });
  body.on('error', (error) => tell(lostEvent(error.message)));
  body.on('end', () => tell(eventOf(text)));
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
