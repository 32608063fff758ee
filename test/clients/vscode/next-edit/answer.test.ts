import { describe, expect, test } from 'vitest';
import { readSent } from '../../../../clients/vscode/src/next-edit/answer.ts';

const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 5 } };
const edit = { id: '7', version: 3, range, text: 'new' };

describe('what the server answers', () => {
  test('to the request', () => {
    const sent = {
      range,
      text: 'new',
      textDocument: { uri: 'file:///a', version: 3 },
      command: { title: 'Accepted', command: 'whittle.accept', arguments: [{ id: '7' }] },
    };
    expect(readSent({ edits: [sent] })).toEqual({ edit });
    expect(readSent({ edits: [] })).toEqual({});
  });

  test('to the command', () => {
    expect(readSent({ ok: true, edits: 0, files: 0, next: { uri: 'file:///a', ...edit } })).toEqual({ edit });
    expect(readSent({ ok: false, reason: 'not-found', message: 'Nothing follows.' })).toEqual({
      why: 'Nothing follows.',
    });
  });

  test.each([[null], ['x'], [[]], [{}], [{ edits: [{}] }], [{ ok: true, next: { ...edit, range: 4 } }]])(
    'what is not understood is said: %j',
    (result) => {
      expect(readSent(result)).toEqual({ why: expect.stringContaining('not understood') });
    },
  );
});
