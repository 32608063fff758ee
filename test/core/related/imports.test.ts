import { describe, expect, test } from 'vitest';
import { importedPaths } from '../../../server/core/related/imports.ts';

/** `wanted` is among the possible paths of the one import. */
function check(path: string, text: string, wanted: string): void {
  test(`${path}: ${text}`, () => {
    expect(importedPaths(path, text)).toEqual([expect.arrayContaining([wanted])]);
  });
}

describe('imports name files of the workspace', () => {
  check('src/a.ts', "import { b } from './b.ts';", 'src/b.ts');
  check('src/a.ts', "import { b } from './b.js';", 'src/b.ts');
  check('src/a.ts', "import '../lib/b';", 'lib/b.ts');
  check('src/a.ts', "export * from './folder'", 'src/folder/index.ts');
  check('src/a.cjs', "const b = require('./b.json')", 'src/b.json');
  check('src/a.tsx', "const B = lazy(() => import('./B'))", 'src/B.tsx');
  check('app/a.py', 'from .b import c', 'app/b.py');
  check('app/sub/a.py', 'from ..b import c', 'app/b.py');
  check('app/a.py', 'import app.b as x', 'app/b.py');
  check('app/a.py', 'from . import c', 'app/__init__.py');
  check('src/main.rs', 'mod parser;', 'src/parser.rs');
  check('src/net/tcp.rs', 'use crate::parser::Token;', 'src/parser.rs');
  check('src/net/tcp.rs', 'use super::udp::Socket;', 'src/udp.rs');
  check('src/a.c', '#include "a.h"', 'src/a.h');
  check('src/main/java/x/A.java', 'import x.y.B;', 'src/main/java/x/y/B.java');
  check('lib/a.rb', "require_relative 'b/c'", 'lib/b/c.rb');
  check('lua/a/init.lua', "local b = require('a.b')", 'lua/a/b.lua');
  check('a.scss', "@use 'theme/colors';", 'theme/_colors.scss');
  check('bin/a.sh', '. "$DIR/lib.sh"', 'bin/lib.sh');
});

describe('what is no file of the workspace is left out', () => {
  for (const [path, text] of [
    ['a.ts', "import fs from 'node:fs'"],
    ['a.ts', "import x from '../outside.ts'"],
    ['a.c', '#include <stdio.h>'],
    ['a.md', 'import x from "./b"'],
    ['a.rs', 'use std::io;'],
  ] as const) {
    test(`${path}: ${text}`, () => expect(importedPaths(path, text)).toEqual([]));
  }

  test('one that imports itself', () =>
    expect(importedPaths('a.ts', "import './a.ts'").flat()).not.toContain('a.ts'));
});
