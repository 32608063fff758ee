/** The body of an answer without the encoding that it came in: nobody asked for one, and some send one all the same. */

import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createInflate, createUnzip } from 'node:zlib';

/** Asked for with every request: without it any encoding is as welcome (RFC 9110, 12.5.3). */
export const asItIs = { 'Accept-Encoding': 'identity' } as const;

/** What comes is given on with the piece that it came in. A body that is cut, or cannot be decoded, closes early. */
export function decoded(response: IncomingMessage): Readable {
  const decoder = decoderFor(response.headers['content-encoding'] ?? '');
  if (!decoder) return response;
  pipeline(response, decoder, () => undefined);
  return decoder;
}

function decoderFor(encoding: string) {
  const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createUnzip(flush);
    case 'deflate':
      return createInflate(flush);
    case 'br':
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}
