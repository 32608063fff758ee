import { describe, expect, test } from 'vitest';
import { repeats } from '../../server/core/repeat.ts';
import { toText } from '../../server/core/text.ts';
import { drawn } from '../support/markers.ts';
import { checkRepeats } from '../support/repeats.ts';

const both = (first: string, ...others: readonly string[]) => [first, ...others, ''].join('\n');

describe('a name', () => {
  test('everywhere it is used', () =>
    checkRepeats(both('', 'const ❰total↦sum❱ = 1;', 'f(❰total↦sum❱);', 'g(❰total↦sum❱ + 1);')));
  test('not as a part of names', () => checkRepeats(both('', '❰item↦entry❱();', 'items();', 'anItem();')));
  test('not in strings and comments', () =>
    checkRepeats(both('', '❰item↦entry❱();', "f('item'); // item", '❰item↦entry❱();')));
  test('in the code of templates', () =>
    checkRepeats(both('', '❰item↦entry❱();', 'f(`item $' + '{❰item↦entry❱}`);')));
  test('a keyword', () => checkRepeats(both('', '❰var↦const❱ a = 1;', '❰var↦const❱ b = 2;')));
  test('a member is no variable', () =>
    checkRepeats(both('', 'a.❰size↦length❱;', 'size;', 'b.❰size↦length❱;')));
  test('a member behind an arrow is no variable', () =>
    checkRepeats(both('', 'a->❰size↦length❱;', 'size;', 'b->❰size↦length❱;'), 'cpp'));
  test('a member of a type', () =>
    checkRepeats(both('', 'A::❰size↦length❱();', 'size();', 'B::❰size↦length❱();'), 'rust'));
  test('a variable is no member', () =>
    checkRepeats(both('', '❰size↦length❱();', 'a.size;', '❰size↦length❱;')));
  test('a key is no variable', () => checkRepeats(both('', '❰size↦length❱();', 'f({ size: 1 });')));
  test('a key among keys', () =>
    checkRepeats(both('', 'f({ ❰size↦length❱: 1 });', 'g({ ❰size↦length❱: 2 });', 'size;')));
  test('a conditional is no key', () =>
    checkRepeats(both('', 'f(❰size↦length❱);', 'a ? ❰size↦length❱ : 0;')));
  test('one typed letter by letter', () => checkRepeats(both('', 'f(❰foo↦foob❱);', 'g(❰foo↦foob❱);')));
  test('a parameter, in its function', () => {
    checkRepeats(
      both(
        '',
        'function f(❰item↦entry❱) {',
        '  g(❰item↦entry❱);',
        '}',
        '',
        'function h(item) {',
        '  g(item);',
        '}',
      ),
    );
  });
  test('a local, in its block', () => {
    checkRepeats(
      both(
        '',
        'function f() {',
        '  const ❰item↦entry❱ = 1;',
        '  g(❰item↦entry❱);',
        '}',
        'function h() {',
        '  g(item);',
        '}',
      ),
    );
  });
  test('a short one, in its block', () => {
    checkRepeats(both('', 'function f() {', '  g(❰i↦j❱);', '  h(❰i↦j❱);', '}', 'k(i);'));
  });
  test('Python', () =>
    checkRepeats(both('', '❰item↦entry❱ = 1', 'f(❰item↦entry❱)  # item', '"item"'), 'python'));
  test('a constant is no name', () =>
    checkRepeats(both('', 'f(a, ❰true↦false❱);', 'g(b, true);', 'return true;')));
});

describe('an argument', () => {
  test('more', () => checkRepeats(both('', 'foo(a❰↦, ctx❱);', 'foo(b❰↦, ctx❱);', 'bar(a);')));
  test('more, of a longer one', () =>
    checkRepeats(both('', 'foo(a❰↦, ctx❱);', 'x = foo(bar(1, 2)❰↦, ctx❱) + 1;')));
  test('not where it stands', () =>
    checkRepeats(both('', 'foo(a❰↦, ctx❱);', 'foo(b, ctx);', 'foo(b❰↦, ctx❱);')));
  test('not with another number of them', () =>
    checkRepeats(both('', 'foo(a❰↦, ctx❱);', 'foo(a, b);', 'foo();')));
  test('the first', () => checkRepeats(both('', 'foo(❰↦ctx, ❱a);', 'foo(❰↦ctx, ❱b);')));
  test('the only', () => checkRepeats(both('', 'foo(❰↦ctx❱);', 'foo(❰↦ctx❱);', 'foo(1);')));
  test('less', () =>
    checkRepeats(
      both('', 'foo(a❰, ctx↦❱);', 'foo(b❰, ctx↦❱);', 'foo(c);', 'bar(a, ctx);').replaceAll('ctx', 'null'),
    ));
  test('beside lists and objects', () =>
    checkRepeats(both('', 'foo([a, e], ❰1↦2❱);', 'foo({ b: [c, d] }, ❰1↦2❱);', 'foo(a[0], ❰1↦2❱);')));
  test('beside a longer one', () =>
    checkRepeats(both('', 'foo(a(1), ❰1↦2❱);', 'foo(b(2, c), ❰1↦2❱);', 'foo([3], ❰1↦2❱);', 'foo(1);')));
  test('another constant', () =>
    checkRepeats(both('', 'foo(a, ❰true↦false❱);', 'foo(b, ❰true↦false❱);', 'bar(a, true);')));
  test('another number', () =>
    checkRepeats(both('', 'wait(a, ❰100↦200❱);', 'wait(b, ❰100↦200❱);', 'rest(a, 100);')));
  test('wrapped', () => checkRepeats(both('', 'foo(❰a↦bar(a)❱);', 'foo(❰b↦bar(b)❱);', 'foo(bar(c));')));
  test('continued is of that one', () => checkRepeats(both('', 'foo(a❰↦.b❱);', 'foo(c);', 'foo(a❰↦.b❱);')));
  test('of a method', () =>
    checkRepeats(both('', 'log.info(a❰↦, ctx❱);', 'log.info(b❰↦, ctx❱);', 'log.warn(a);', 'info(a);')));
  test('not of its declaration', () =>
    checkRepeats(both('', 'foo(a❰↦, ctx❱);', 'function foo(a) {}', 'foo(b❰↦, ctx❱);')));
  test('over several lines', () => checkRepeats(both('', 'foo(a❰↦, ctx❱);', 'foo(', '  b❰↦, ctx❱', ');')));
});

describe('a call', () => {
  test('another one', () =>
    checkRepeats(
      both('', '❰console.log↦logger.debug❱(x);', '❰console.log↦logger.debug❱(y, 1);', 'console.warn(x);'),
    ));
  test('another one, above the edit', () => {
    const text = 'console.log(y);\nlogger.debug(x);\nconsole.info(y);\n';
    const found = repeats(toText(text), { before: 'console.log', after: 'logger.debug', start: 16 });
    expect(drawn(text, found)).toBe('❰console.log↦logger.debug❱(y);\nlogger.debug(x);\nconsole.info(y);\n');
  });
  test('awaited', () =>
    checkRepeats(both('', 'x = ❰↦await ❱load(a);', 'y = ❰↦await ❱load(b);', 'z = await load(c);')));
  test('awaited at the start of lines', () =>
    checkRepeats(both('', '❰↦await ❱save(a);', '❰↦await ❱save(b);', 'x = save(c);')));
  test('no longer awaited', () =>
    checkRepeats(both('', '❰await ↦❱save(a);', '❰await ↦❱save(b);', 'await load(c);')));
  test('wrapped', () =>
    checkRepeats(
      both('', 'x = ❰parse(a)↦str(parse(a))❱;', 'y = ❰parse(b)↦str(parse(b))❱;', 'str(parse(c));'),
    ));
  test('no longer awaited, of a long chain', () =>
    checkRepeats(both('', '❰await ↦❱a.b.save(x);', '❰await ↦❱a.b.save(y);', 'await a.b.load(z);')));
  test('continued', () =>
    checkRepeats(both('', 'get(a)❰↦.value❱;', 'get(b)❰↦.value❱;', 'get(c).value;', 'got(a);')));
  test('cast', () =>
    checkRepeats(both('', 'x = get(a)❰↦ as T❱;', 'y = get(b)❰↦ as T❱;', 'get(c) as T;', 'get(d) + 1;')));
  test('ended', () => checkRepeats(both('', 'save(a)❰↦;❱', 'save(b)❰↦;❱', 'save(c);')));
});

describe('signs and constants', () => {
  test('strict equality', () =>
    checkRepeats(both('', 'if (a ❰==↦===❱ null) b();', 'if (c.d ❰==↦===❱ null) e();', 'a == b;')));
  test('behind a call', () =>
    checkRepeats(both('', 'if (a ❰==↦===❱ null) b();', 'if (f(c) ❰==↦===❱ null) d();')));
  test('of two names', () =>
    checkRepeats(both('', 'if (a ❰==↦===❱ b) c();', 'if (a ❰==↦===❱ b) d();', 'if (a == c) d();')));
  test('optional access', () =>
    checkRepeats(both('', 'f(user❰.↦?.❱name);', 'g(user❰.↦?.❱name);', 'user.id;')));
  test('the value of a key', () =>
    checkRepeats(both('', 'f({ wait: ❰10↦20❱ });', 'g({ wait: ❰10↦20❱ });', 'h({ rest: 10 });')));
  test('a string', () =>
    checkRepeats(
      both('', "f('❰utf8↦utf-8❱');", "g('❰utf8↦utf-8❱', 1);", "h('utf8x');").replaceAll(
        "'❰utf8↦utf-8❱'",
        "❰'utf8'↦'utf-8'❱",
      ),
    ));
  test('a word of a comment', () =>
    checkRepeats(both('', '// ❰teh↦the❱ end', 'teh(); // of ❰teh↦the❱ line')));
});

describe('shapes of lines', () => {
  test('require to import', () => {
    checkRepeats(
      both(
        '',
        "❰const fs = require('fs')↦import fs from 'fs'❱;",
        "❰const os = require('os')↦import os from 'os'❱;",
        'const x = load(1);',
      ),
    );
  });
});

describe('nothing', () => {
  const none = (source: string) => checkRepeats(source);
  test('for a new line', () => none(both('', 'a();', '❰↦b();\n❱c();', 'a();', 'c();')));
  test('for a line that went', () => none(both('', 'a();', '❰b();\n↦❱c();', 'b();')));
  test('for a lone sign', () => none(both('', 'f(a❰↦!❱);', 'g(a);')));
  test('for a number alone', () => none(both('', '❰1↦2❱', '1')));
  test('for an edit that is no longer there', () => {
    expect(repeats(toText('const a = 1;\n'), { before: 'x', after: 'y', start: 0 })).toEqual([]);
  });
});

test('at most a thousand places', () => {
  const text = `sum;\n${'total;\n'.repeat(3000)}`;
  expect(repeats(toText(text), { before: 'total', after: 'sum', start: 0 })).toHaveLength(1000);
});
