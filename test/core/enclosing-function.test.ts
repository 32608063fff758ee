import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enclosingFunction } from '../../server/core/enclosing-function.ts';
import { toText } from '../../server/core/text.ts';
import { codeLikeText } from '../support/texts.ts';

/** The function around `█`: its name, with `*` where it is to be written, and its lines as `«»` shows them. */
function check(name: string, marked: string, expected: string | undefined): void {
  test(name, () => {
    const cursor = marked.indexOf('█');
    const inner = marked.replace('█', '').replace(/[«»]/g, '');
    const offset = marked.slice(0, cursor).replace(/[«»]/g, '').length;
    const found = enclosingFunction(toText(inner), offset);
    expect(found && `${found.name}${found.isUnwritten ? '*' : ''}${found.isAsync ? ' async' : ''}`).toBe(
      expected,
    );
    if (!found) return;
    const { start, end } = found.region;
    expect(`${inner.slice(0, start)}«${inner.slice(start, end)}»${inner.slice(end)}`).toBe(
      marked.replace('█', ''),
    );
  });
}

describe('the function around a place', () => {
  check('its own line', 'let a;\n«function █add(a, b) {\n  return a + b;\n}»\nlet c;\n', 'add');
  check('inside', '«async function load() {\n  if (x) {\n    y█();\n  }\n}»\n', 'load async');
  check('its closing line', '«function add() {\n  x();\n}█»\n', 'add');
  check('an arrow function', '«const add = (a: number) => {\n  █return a;\n};»\n', 'add');
  check('a method', 'class A {\n«  size(): number {\n    return █1;\n  }»\n}\n', 'size');
  check('python', 'class A:\n«    def size(self):\n        x = 1\n        return █x»\n', 'size');
  check('rust', '«pub fn size(&self) -> usize {\n    sel█f.x\n}»\n', 'size');
  check('go', '«func (r *Reader) Size() int {\n\treturn█ 1\n}»\n', 'Size');
  check('C, brace below', '«static int size(const char *a)\n{\n  return █1;\n}»\n', 'size');
  check(
    'Java',
    'class A {\n«    public static int size(List<String> a) {\n        return █1;\n    }»\n}\n',
    'size',
  );
  check('ruby', '«def size\n  █1\nend»\n', 'size');
  check('none at the top', 'let a = █1;\nfunction b() {\n}\n', undefined);
  check('not an if', 'if (a) {\n  b█();\n}\n', undefined);
});

describe('to be written', () => {
  check('nothing', '«function add(a, b) {█\n}»\n', 'add*');
  check('on one line', '«function add(a, b) {█}»\n', 'add*');
  check('a comment', '«function add(a, b) {\n  // TODO: add█\n}»\n', 'add*');
  check('pass', '«def add(a, b):\n    █pass»\n', 'add*');
  check('a docstring and ...', '«def add(a, b):\n    """Adds."""\n    ...█»\n', 'add*');
  check('todo!()', '«fn add() -> u8 {\n    █todo!()\n}»\n', 'add*');
  check('an error', "«function add() {\n  throw new Error('not implemented');█\n}»\n", 'add*');
  check('not what does something', '«function add() {\n  // TODO\n  run█();\n}»\n', 'add');
});

test('no text makes it fail, and what is found is inside', () => {
  fc.assert(
    fc.property(codeLikeText(), fc.nat(), (value, at) => {
      const offset = at % (value.length + 1);
      const found = enclosingFunction(toText(value), offset);
      if (found) expect(found.region.start <= offset && found.region.end <= value.length).toBe(true);
    }),
  );
});
