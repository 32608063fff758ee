import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../../server/core/edit.ts';
import { couldSpellOut, type ExportSite, spelledFix } from '../../../server/core/fix/spelled.ts';
import { marked } from '../../support/markers.ts';

/** `«…»` is the diagnostic's range; `expected` is the whole text afterwards, or nothing where no fix is spelled out. */
function check(
  path: string,
  message: string,
  source: string,
  expected: string | undefined,
  sites: Record<string, ExportSite[]> = {},
) {
  const { text, ranges } = marked(source);
  const { start, end } = ranges[0] ?? { start: 0, end: 0 };
  const diagnostic = { start, end, message, severity: 'error' } as const;
  const fix = spelledFix({ diagnostic, text, path, exportsOf: (name) => sites[name] ?? [] });
  expect(fix && apply(text, fix.edit)).toBe(expected);
  if (fix) expect(couldSpellOut(diagnostic)).toBe(true);
  // What is listed is done, but for what the workspace would have to export.
  if (Object.keys(sites).length === 0)
    expect(couldSpellOut(diagnostic, { text, path })).toBe(fix !== undefined);
}

describe('did you mean', () => {
  test.each([
    ['a.ts', "Cannot find name 'lenght'. Did you mean 'length'?", 'f(«lenght»)', 'f(length)'],
    [
      'a.ts',
      "Cannot find name 'name'. Did you mean the instance member 'this.name'?",
      'f(«name»)',
      'f(this.name)',
    ],
    [
      'a.ts',
      "Property 'pus' does not exist on type 'number[]'. Did you mean 'push'?",
      'a.«pus»(1)',
      'a.push(1)',
    ],
    [
      'a.ts',
      `'"./b"' has no exported member named 'Foo'. Did you mean 'foo'?`,
      `import { «Foo» } from "./b"`,
      `import { foo } from "./b"`,
    ],
    [
      'a.ts',
      "Object literal may only specify known properties, but 'colour' does not exist in type 'Style'. Did you mean to write 'color'?",
      'g({ «colour»: 1 })',
      'g({ color: 1 })',
    ],
    ['a.py', "name 'pritn' is not defined. Did you mean: 'print'?", '«pritn»(1)', 'print(1)'],
    ['a.py', '"Foo" has no attribute "bra"; maybe "bar"?', '«foo.bra»', 'foo.bar'],
    [
      'a.c',
      "use of undeclared identifier 'coutn'; did you mean 'count'?",
      'return «coutn»;',
      'return count;',
    ],
    [
      'a.c',
      '‘coutn’ undeclared (first use in this function); did you mean ‘count’?',
      'return «coutn»;',
      'return count;',
    ],
    [
      'a.rs',
      'cannot find value `lenght` in this scope\nhelp: a local variable with a similar name exists: `length`',
      'let a = «lenght»;',
      'let a = length;',
    ],
    [
      'a.go',
      'p.name undefined (type *Person has no field or method name, but does have method Name)',
      'p.«name»()',
      'p.Name()',
    ],
    ['a.ts', "Expected '===' and instead saw '=='.", 'if (a «==» b) {}', 'if (a === b) {}'],
    ['a.js', "Expected '!==' and instead saw '!='.", 'if («a != b») {}', 'if (a !== b) {}'],
    ['a.rs', 'mismatched types\nhelp: consider borrowing here: `&name`', 'f(«name»)', 'f(&name)'],
    // The text is not what the message says, or there are two such places.
    ['a.ts', "Cannot find name 'lenght'. Did you mean 'length'?", 'f(«width»)', undefined],
    ['a.ts', "Cannot find name 'a'. Did you mean 'b'?", '«f(a, a)»', undefined],
    ['a.py', 'Module has no attribute "x"; maybe "y" or "z"?', '«m.x»', undefined],
  ])('%s: %s', (path, message, text, expected) => check(path, message, text, expected));
});

describe('unused', () => {
  test.each([
    [
      'a.ts',
      "'b' is declared but its value is never read.",
      "import { a, «b» } from './m';\na();\n",
      "import { a } from './m';\na();\n",
    ],
    [
      'a.ts',
      "'a' is declared but its value is never read.",
      "import { «a», b } from './m';\n",
      "import { b } from './m';\n",
    ],
    ['a.ts', "'a' is declared but its value is never read.", "«import { a } from './m';»\nb();\n", 'b();\n'],
    [
      'a.ts',
      "'D' is declared but its value is never read.",
      "import «D», { a } from './m';\n",
      "import { a } from './m';\n",
    ],
    [
      'a.ts',
      "'a' is declared but its value is never read.",
      "import D, { «a» } from './m';\n",
      "import D from './m';\n",
    ],
    [
      'a.ts',
      "'x' is defined but never used.",
      "import {\n  a,\n  type b as «x»,\n} from './m';\n",
      "import {\n  a,\n} from './m';\n",
    ],
    ['a.ts', "'all' is declared but its value is never read.", "import * as «all» from 'm'\nb()\n", 'b()\n'],
    [
      'a.ts',
      'All imports in import declaration are unused.',
      "«import { a, b } from './m';»\r\nc();\r\n",
      'c();\r\n',
    ],
    ['a.py', '`os` imported but unused', 'import «os»\nimport sys\n', 'import sys\n'],
    [
      'a.py',
      '`typing.List` imported but unused',
      'from typing import Dict, «List», Set\n',
      'from typing import Dict, Set\n',
    ],
    ['a.py', "'numpy as np' imported but unused", '«import numpy as np»\nx = 1\n', 'x = 1\n'],
    [
      'a.py',
      '`a.b` imported but unused',
      'from a import (\n    «b»,\n    c,\n)\n',
      'from a import (\n    c,\n)\n',
    ],
    ['a.rs', 'unused import: `std::fmt`', 'use «std::fmt»;\nfn main() {}\n', 'fn main() {}\n'],
    [
      'a.rs',
      'unused import: `HashSet`',
      'use std::collections::{HashMap, «HashSet»};\n',
      'use std::collections::{HashMap};\n',
    ],
    ['a.go', '"fmt" imported and not used', 'import (\n\t«"fmt"»\n\t"os"\n)\n', 'import (\n\t"os"\n)\n'],
    ['a.ts', "'x' is declared but its value is never read.", 'const «x» = 1;\nf();\n', 'f();\n'],
    ['a.ts', "'x' is assigned a value but never used.", 'const «x» = f();\n', undefined],
    [
      'a.py',
      'Local variable `x` is assigned to but never used',
      'def f():\n    «x» = g()\n',
      'def f():\n    g()\n',
    ],
    [
      'a.py',
      "local variable 'x' is assigned to but never used",
      'def f():\n    «x» = 1\n    g()\n',
      'def f():\n    g()\n',
    ],
    [
      'a.py',
      "local variable 'x' is assigned to but never used",
      'def f():\n    g()\n    «x» = y  # z\n',
      'def f():\n    g()\n',
    ],
    [
      'a.py',
      "local variable 'x' is assigned to but never used",
      'def f():\n    «x» = 1\n\ng()\n',
      'def f():\n    pass\n\ng()\n',
    ],
    ['a.rs', 'unused variable: `x`', 'let «x» = 1;', 'let _x = 1;'],
    ['a.rs', 'variable does not need to be mutable', 'let «mut x» = 1;', 'let x = 1;'],
    // The only statement of a block stays: without it the block would be empty.
    // The list goes on in the next line.
    ['a.py', '`os` imported but unused', 'import «os», \\\n    sys\n', undefined],
    [
      'a.py',
      '`x.a` imported but unused',
      'from x import b, «a», \\\n    c\n',
      'from x import b, \\\n    c\n',
    ],
    // An attribute would be the next item's.
    ['a.rs', 'unused import: `std::fmt`', '#[cfg(test)]\nuse «std::fmt»;\nfn main() {}\n', undefined],
    [
      'a.rs',
      'unused import: `fmt`',
      '#[cfg(test)]\r\n\r\n// Why.\r\nuse std::{«fmt»};\r\nfn main() {}\r\n',
      undefined,
    ],
    [
      'a.rs',
      'unused import: `std::fmt`',
      '#![allow(x)]\nuse «std::fmt»;\nfn main() {}\n',
      '#![allow(x)]\nfn main() {}\n',
    ],
    // The value goes on in the next line.
    ['a.ts', "'all' is assigned a value but never used.", 'const «all» = items\n  .filter(f)\n', undefined],
    [
      'a.ts',
      "'all' is declared but its value is never read.",
      'const «all» = a\n  // More.\n  // Still.\n  + f()\n',
      undefined,
    ],
    ['a.ts', "'all' is declared but its value is never read.", 'let «all»\n  = f()\n', undefined],
    ['a.ts', "'all' is declared but its value is never read.", "const «all» = 'x'\n(f)()\n", undefined],
    ['a.ts', "'all' is declared but its value is never read.", 'const «all» = a;\n(f)();\n', '(f)();\n'],
    [
      'a.ts',
      "'all' is declared but its value is never read.",
      'if (x) f()\nconst «all» = a\n// .b\n/** F. */\nf()\n',
      'if (x) f()\n// .b\n/** F. */\nf()\n',
    ],
    ['a.js', "'all' is assigned a value but never used.", 'if (x)\n  var «all» = 1;\nf();\n', undefined],
    [
      'a.py',
      'Local variable `x` is assigned to but never used',
      'if (a and\n    b):  # why\n    «x» = 1\nf()\n',
      'if (a and\n    b):  # why\n    pass\nf()\n',
    ],
    [
      'a.py',
      "local variable 'e' is assigned to but never used",
      'try:\n    f()\n«except (A, B) as e:»\n    pass\n',
      'try:\n    f()\nexcept (A, B):\n    pass\n',
    ],
    [
      'a.py',
      'Unused List imported from typing',
      '«from typing import List, Dict»\n',
      'from typing import Dict\n',
    ],
    ['a.py', 'Unused import os', '«import os»\nimport sys\n', 'import sys\n'],
    [
      'a.py',
      'Import "List" is not accessed',
      'from typing import «List», Dict\n',
      'from typing import Dict\n',
    ],
    [
      'a.ts',
      "'all' is declared but its value is never read.",
      "import D, * as «all» from './m';\n",
      "import D from './m';\n",
    ],
    ['a.py', '`os` imported but unused', 'try:\n    import «os»\nexcept: pass\n', undefined],
  ])('%s: %s %s', (path, message, text, expected) => check(path, message, text, expected));
});

describe('punctuation', () => {
  test.each([
    ['a.ts', "';' expected.", 'const a = 1 «const» b = 2;', 'const a = 1; const b = 2;'],
    ['a.ts', "')' expected.", 'f(a, b«;»', 'f(a, b);'],
    ['a.ts', "',' expected.", 'f(a «b»);', 'f(a, b);'],
    ['a.ts', "'}' expected.", 'function f() {\n  g();\n«»', 'function f() {\n  g();\n}\n'],
    ['a.c', "expected ';' after expression", 'f()«»\nreturn;', 'f();\nreturn;'],
    ['a.c', "expected ';' after expression", 'f() // call\n«return»;', 'f(); // call\nreturn;'],
    ['a.rs', 'expected `;`, found `let`', 'let a = 1\n«let» b = 2;', 'let a = 1;\nlet b = 2;'],
    ['a.py', "expected ':'", 'if a«»\n    b()\n', 'if a:\n    b()\n'],
    ['a.py', "SyntaxError: expected ':'", 'def f()«»\n    b()\n', 'def f():\n    b()\n'],
    ['a.js', 'Missing semicolon.', 'f()«»\n', 'f();\n'],
    ['a.js', 'Extra semicolon.', 'f()«;»\n', 'f()\n'],
    ['a.ts', "';' expected.", 'const a = 1; «b»', undefined],
  ])('%s: %s', (path, message, text, expected) => check(path, message, text, expected));
});

describe('style', () => {
  test.each([
    ['a.ts', "'a' is never reassigned. Use 'const' instead.", 'let «a» = 1;', 'const a = 1;'],
    ['a.ts', "'a' is never reassigned. Use 'const' instead.", 'let «a» = 1, b = 2;', undefined],
    ['a.ts', "'a' is never reassigned. Use 'const' instead.", 'let «a» = f(1, 2);', 'const a = f(1, 2);'],
    ['a.ts', 'Strings must use singlequote.', 'f(«"a"»)', "f('a')"],
    ['a.ts', 'Strings must use singlequote.', `f(«"it's"»)`, undefined],
    ['a.js', 'Unexpected var, use let or const instead.', '«var a = 1;»', 'let a = 1;'],
    ['a.py', 'Trailing whitespace', 'a = 1«  »\n', 'a = 1\n'],
    ['a.js', '["name"] is better written in dot notation.', 'a[«"name"»]', 'a.name'],
    ['a.js', 'Expected property shorthand.', 'f({ «a: a» })', 'f({ a })'],
    [
      'a.ts',
      "'T' is a type and must be imported using a type-only import when 'verbatimModuleSyntax' is enabled.",
      "import { a, «T» } from './m';",
      "import { a, type T } from './m';",
    ],
    [
      'a.ts',
      "This member must have an 'override' modifier because it overrides a member in the base class 'B'.",
      'public async «f»() {}',
      'public override async f() {}',
    ],
    ['a.py', 'Comparison to `None` should be `cond is None`', 'if a == «None»:', 'if a is None:'],
    ['a.py', 'f-string without any placeholders', 'a = «f"x"»', 'a = "x"'],
    ['a.rs', 'unnecessary parentheses around `if` condition', 'if «(a)» {', 'if a {'],
    ['a.rs', 'unneeded `return` statement', '    «return a»;\n', '    a\n'],
    ['a.js', "Unexpected 'debugger' statement.", 'f()\n«debugger;»\ng()\n', 'f()\ng()\n'],
    ['a.js', "Unexpected 'debugger' statement.", 'f();\r\n«debugger»', 'f();'],
    // Without it the next statement would be what is done there.
    ['a.js', "Unexpected 'debugger' statement.", 'if (x)\n  «debugger;»\ng();\n', undefined],
    ['a.js', "Unexpected 'debugger' statement.", 'if (\n  x\n)\n  «debugger;»\ng();\n', undefined],
    ['a.js', "Unexpected 'debugger' statement.", 'while (x) «debugger;»\ng();\n', undefined],
    ['a.js', "Unexpected 'debugger' statement.", 'if (x) f();\nelse // why\n«debugger;»\ng();\n', undefined],
    ['a.js', "Unexpected 'debugger' statement.", 'for (;;)\n«debugger;»\ng();\n', undefined],
    [
      'a.ts',
      'A Node.js builtin module should be imported with the node: protocol.',
      "import fs from «'fs'»;",
      "import fs from 'node:fs';",
    ],
    ['a.js', 'Newline required at end of file but not found.', 'a();\r\nb();«»', 'a();\r\nb();\r\n'],
  ])('%s: %s %s', (path, message, text, expected) => check(path, message, text, expected));
});

describe('missing import', () => {
  const named = (path: string): ExportSite[] => [{ path, kind: 'named' }];
  const message = "Cannot find name 'Box'.";
  test('goes behind the last import, in the style of the others', () =>
    check(
      '/w/src/a.ts',
      message,
      "import { a } from './x.ts';\n\nnew «Box»();\n",
      "import { a } from './x.ts';\nimport { Box } from './lib/box.ts';\n\nnew Box();\n",
      { Box: named('/w/src/lib/box.ts') },
    ));
  test('joins an import of the same module', () =>
    check(
      '/w/src/a.ts',
      message,
      "import { a } from '../box';\nnew «Box»();\n",
      "import { a, Box } from '../box';\nnew Box();\n",
      { Box: named('/w/box.ts') },
    ));
  test('goes beside an import of the same module that holds comments', () =>
    check(
      '/w/src/a.ts',
      message,
      "import {\n  a,\n  b // two\n} from '../box';\nnew «Box»();\n",
      "import {\n  a,\n  b // two\n} from '../box';\nimport { Box } from '../box';\nnew Box();\n",
      { Box: named('/w/box.ts') },
    ));
  test.each([
    [
      '/w/a.vue',
      '<template>\n  <p>a</p>\n</template>\n<script setup lang="ts">\nnew «Box»();\n</script>\n',
      '<template>\n  <p>a</p>\n</template>\n<script setup lang="ts">\nimport { Box } from \'./b\';\nnew Box();\n</script>\n',
    ],
    [
      '/w/a.svelte',
      '<script>\n  new «Box»();\n</script>\n',
      "<script>\n  import { Box } from './b';\n  new Box();\n</script>\n",
    ],
    [
      '/w/a.astro',
      '---\nnew «Box»();\n---\n<p>a</p>\n',
      "---\nimport { Box } from './b';\nnew Box();\n---\n<p>a</p>\n",
    ],
    ['/w/a.vue', '<script>\nf();\n</script>\n<template>\n  <p>{{ «Box» }}</p>\n</template>\n', undefined],
    ['/w/a.astro', '---\nf();\n---\n<p>{«Box»}</p>\n', undefined],
    ['/w/a.astro', '<p>{«Box»}</p>\n', undefined],
  ])('stands in the script of a component: %s', (path, text, expected) =>
    check(path, message, text, expected, { Box: named('/w/b.ts') }),
  );
  test('is the first line where nothing is imported', () =>
    check(
      '/w/a.ts',
      message,
      '// Licence.\nnew «Box»();\n',
      "// Licence.\nimport { Box } from './b';\n\nnew Box();\n",
      { Box: named('/w/b/index.ts') },
    ));
  test('writes .js where the document does', () =>
    check(
      '/w/a.ts',
      message,
      'import a from "./x.js"\nnew «Box»()\n',
      'import a from "./x.js"\nimport Box from "./b.js"\nnew Box()\n',
      { Box: [{ path: '/w/b.ts', kind: 'default' }] },
    ));
  test('is no guess between two files', () =>
    check('/w/a.ts', message, 'new «Box»();', undefined, {
      Box: [...named('/w/b.ts'), ...named('/w/c.ts')],
    }));
  test('Python, relative as the others', () =>
    check(
      '/w/p/a.py',
      'Undefined name `Box`',
      'from .x import y\n«Box»()\n',
      'from .x import y\nfrom .b import Box\nBox()\n',
      { Box: named('/w/p/b.py') },
    ));
  test('Python, absolute', () =>
    check(
      '/w/p/a.py',
      'Undefined name `Box`',
      'from p.x import y\n«Box»()\n',
      'from p.x import y\nfrom p.q.b import Box\nBox()\n',
      { Box: named('/w/p/q/b.py') },
    ));
  const rust =
    'cannot find type `HashMap` in this scope\nhelp: consider importing this struct: `use std::collections::HashMap;`';
  test.each([
    [
      'use std::fmt;\n\nfn f(a: «HashMap»<u8, u8>) {}\n',
      'use std::fmt;\nuse std::collections::HashMap;\n\nfn f(a: HashMap<u8, u8>) {}\n',
    ],
    [
      '//! Crate.\n#![allow(x)]\n\n/// Doc.\nfn f(a: «HashMap»<u8, u8>) {}\n',
      '//! Crate.\n#![allow(x)]\n\nuse std::collections::HashMap;\n\n/// Doc.\nfn f(a: HashMap<u8, u8>) {}\n',
    ],
    ['mod a {\n    fn f(a: «HashMap»<u8, u8>) {}\n}\n', undefined],
    [
      'mod a {\n}\nfn f(a: «HashMap»<u8, u8>) {}\n',
      'use std::collections::HashMap;\n\nmod a {\n}\nfn f(a: HashMap<u8, u8>) {}\n',
    ],
  ])('Rust, as the compiler says: %j', (text, expected) => check('a.rs', rust, text, expected));
  test('a module of the standard library', () =>
    check(
      '/w/a.py',
      'Undefined name `os`',
      '"""Doc."""\n«os».getcwd()\n',
      '"""Doc."""\nimport os\n\nos.getcwd()\n',
    ));
});

test('never fails and always changes the text', () => {
  const messages = fc.constantFrom(
    "Cannot find name 'ab'. Did you mean 'b'?", "'a' is declared but its value is never read.", "';' expected.", '`a` imported but unused',
    'unused import: `a`', "'a' is never reassigned. Use 'const' instead.", "Cannot find name 'a'.", '"a" imported and not used', 'Extra semicolon.',
    'unnecessary parentheses around `if` condition', '["a"] is better written in dot notation.', "'}' expected.", 'All imports in import declaration are unused.',
  ); // biome-ignore format: a list
  const texts = fc.array(fc.constantFrom('import', ' ', '{', '}', 'a', 'ab', ',', ' from ', "'./a'", ';', '\n', '\r\n', 'use ', '(', ')', 'let ', '"a"', '[', ']', '😀')).map((parts) => parts.join('')); // biome-ignore format: a list
  fc.assert(
    fc.property(
      messages,
      texts,
      fc.nat(),
      fc.nat(),
      fc.constantFrom('a.ts', 'a.py', 'a.rs', 'a.go'),
      (message, text, from, length, path) => {
        const start = from % (text.length + 1);
        const end = Math.min(text.length, start + (length % 12));
        const diagnostic = { start, end, message, severity: 'error' } as const;
        const fix = spelledFix({
          diagnostic,
          text,
          path,
          exportsOf: () => [{ path: 'b.ts', kind: 'named' }],
        });
        if (fix) expect(apply(text, fix.edit)).not.toBe(text);
      },
    ),
    { numRuns: 2000 },
  );
});
