/** Diagnostics of other servers, as clients really pass them on. */

import { expect, test } from 'vitest';
import { toText } from '../../server/core/text.ts';
import { readDiagnostics } from '../../server/lsp/diagnostics.ts';

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };

function check(sent: object, expected: object): void {
  const place = { uri: 'file:///a', text: toText('let a'), encoding: 'utf-16', pathOf: String } as const;
  const [read] = readDiagnostics([{ range, ...sent }], 'diagnostics', place);
  expect(read?.diagnostic).toEqual({ start: 0, end: 3, severity: 'error', message: '', ...expected });
}

test.each([
  ['a text', 'E1', { code: 'E1' }],
  ['a number', 2304, { code: '2304' }],
  [
    'an object with the address where it is described',
    { value: 'E1', target: 'https://a/E1' },
    { code: 'E1' },
  ],
  ['nothing', null, {}],
  ['what cannot be made a text', { toString: 1 }, {}],
])('a code that is %s', (_, code, expected) => check({ code }, expected));

test.each([
  ['a text', 'no', { message: 'no' }],
  ['marked up', { kind: 'markdown', value: '`no`' }, { message: '`no`' }],
  ['what cannot be made a text', { value: { toString: 1 } }, {}],
])('a message that is %s', (_, message, expected) => check({ message }, expected));
