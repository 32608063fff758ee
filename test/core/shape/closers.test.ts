/** Brackets, quotes and tags that stand there already: the most frequent complaint about ghost text. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('on the line', () => {
  shapingCases('typescript', [
    [
      'vscode#187151: quote and bracket before a callback',
      "describe('fi█')",
      "ndAll', () => {\n  it('works', () => {});\n})",
      "describe('fi█❰')↦ndAll', () => {\n  it('works', () => {});\n})❱",
    ],
    ['copilot.lua#43: closing bracket', 'someFunc(█)', 'suggestion)', 'someFunc(█❰)↦suggestion)❱'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: It is the text of a file.
    ['TabNine#102: brace in a template string', 'const a = `${█}`', 'name}`', 'const a = `${█❰}`↦name}`❱'],
    ['vscode#136452: two brackets', 'console.log((█))', '1))', 'console.log((█❰))↦1))❱'],
    ['vscode#136452: one of two brackets', 'console.log((█))', '1)', 'console.log((█❰)↦1)❱)'],
    ['auto-closed object', 'f({█})', ' a: 1 })', 'f({█❰})↦ a: 1 })❱'],
    ['auto-closed object over lines', 'f({█});', '\n  a: 1,\n});', 'f({█❰});↦\n  a: 1,\n});❱'],
    ['blank before the closer', 'const { █ } = a', 'b }', 'const { █❰ }↦b }❱ = a'],
    ['a type argument', 'new Map<█>()', 'string, number', 'new Map<█❰↦string, number❱>()'],
    [
      'a type argument and what closes them',
      'let a: Map<string, █>',
      'A[]>;',
      'let a: Map<string, █❰>↦A[]>;❱',
    ],
    ['type arguments and a call', 'useState<█>();', 'A | B>();', 'useState<█❰>();↦A | B>();❱'],
    ['type arguments and another call', 'useState<█>();', 'A>(b);', 'useState<█❰>();↦A>(b);❱'],
    ['a type argument with arguments', 'let a: A<█>;', 'B<C>>;', 'let a: A<█❰>;↦B<C>>;❱'],
    ['a type argument that is a function', 'let a: A<█>;', '() => B>;', 'let a: A<█❰>;↦() => B>;❱'],
    ['a comparison', 'a = b<c && d █> e;', 'f', 'a = b<c && d █❰↦f❱> e;'],
    ['a semicolon that stands there', 'return █;', 'a + b;', 'return █❰;↦a + b;❱'],
    ['only the closer', 'f(a█)', ')', 'repeats-text'],
    ['a closer that is already there, then nothing', 'f(a█);', ');', 'repeats-text'],
  ]);
  shapingCases('go', [
    [
      'copilot.lua#322: between a pair, going on',
      'if csi.Params(█)',
      '0) != 0 {',
      'if csi.Params(█❰)↦0) != 0 {❱',
    ],
    ['a string in a call', 'fmt.Println("█")', 'hello")', 'fmt.Println("█❰")↦hello")❱'],
    ['composite literal', 'x := []int{█}', '1, 2, 3}', 'x := []int{█❰}↦1, 2, 3}❱'],
  ]);
  shapingCases('python', [
    ['copilot-cmp#22: numpy.array', 'numpy.array(█)', '[1, 2, 3])', 'numpy.array(█❰)↦[1, 2, 3])❱'],
    ['f-string', 'print(f"{█}")', 'name}")', 'print(f"{█❰}")↦name}")❱'],
    ['docstring quotes', 'def f():\n    """█"""', 'Do it."""', 'def f():\n    """█❰"""↦Do it."""❱'],
    ['keyword arguments', 'open(█)', "path, 'w')", "open(█❰)↦path, 'w')❱"],
    ['subscript', 'd[█]', '"a"]', 'd[█❰]↦"a"]❱'],
    ['closing colon', 'if f(█):', 'a):', 'if f(█❰):↦a):❱'],
    ['apostrophe in prose is no quote', '# don█', "'t do this", "# don█❰↦'t do this❱"],
  ]);
  shapingCases('rust', [
    ['macro', 'println!("█");', '{}", x);', 'println!("█❰");↦{}", x);❱'],
    ['vec', 'let a = vec![█];', '1, 2];', 'let a = vec![█❰];↦1, 2];❱'],
    ['closure', 'a.map(|█|)', 'x| x + 1)', 'a.map(|█❰|)↦x| x + 1)❱'],
  ]);
  shapingCases('html', [
    ['tag that stands there', '<div>█</div>', 'text</div>', '<div>█❰↦text❱</div>'],
    ['attribute quote', '<a href="█">', 'x">', '<a href="█❰">↦x">❱'],
    ['end of a tag', '<input █>', 'type="text">', '<input █❰>↦type="text">❱'],
    ['end of an empty element', '<br █/>', 'class="a" />', '<br █❰/>↦class="a" />❱'],
    [
      'attributes and the rest of the element',
      '<div█></div>',
      ' class="a">b</div>',
      '<div█❰></div>↦ class="a">b</div>❱',
    ],
    ['comment', '<!-- █ -->', 'a note -->', '<!-- █❰ -->↦a note -->❱'],
  ]);
  shapingCases('css', [
    ['rule', 'a {█}', ' color: red; }', 'a {█❰}↦ color: red; }❱'],
    ['function', 'color: var(█);', '--a);', 'color: var(█❰);↦--a);❱'],
  ]);
  shapingCases('c', [
    ['include', '#include <█>', 'stdio.h>', '#include <█❰>↦stdio.h>❱'],
    ['printf', 'printf("█");', '%d\\n", x);', 'printf("█❰");↦%d\\n", x);❱'],
    ['comment', '/* █ */', 'a note */', '/* █❰ */↦a note */❱'],
  ]);
  shapingCases('php', [
    ['array', '$a = [█];', "'b' => 1];", "$a = [█❰];↦'b' => 1];❱"],
    ['template tag', '<?= █ ?>', '$name ?>', '<?= █❰ ?>↦$name ?>❱'],
  ]);
  shapingCases('ruby', [
    ['interpolation', 'puts "#{█}"', 'name}"', 'puts "#{█❰}"↦name}"❱'],
    ['block parameters', 'a.each { |█| }', 'x| puts x }', 'a.each { |█❰| }↦x| puts x }❱'],
  ]);
  shapingCases('shellscript', [
    ['test', 'if [ █ ]', '-f "$a" ]', 'if [ █❰ ]↦-f "$a" ]❱'],
    ['quotes', 'echo "█"', '$HOME"', 'echo "█❰"↦$HOME"❱'],
  ]);
  shapingCases('vue', [['mustache', '<p>{{ █ }}</p>', 'name }}', '<p>{{ █❰ }}↦name }}❱</p>']]);
  shapingCases('lua', [['call with a table', 'f({█})', ' a = 1 })', 'f({█❰})↦ a = 1 })❱']]);
  shapingCases('csharp', [
    ['generic call', 'var a = new List<int> {█};', ' 1, 2 };', 'var a = new List<int> {█❰};↦ 1, 2 };❱'],
  ]);
  shapingCases('sql', [
    ['values', 'INSERT INTO a VALUES (█);', "1, 'x');", "INSERT INTO a VALUES (█❰);↦1, 'x');❱"],
  ]);
});

describe('on lines below', () => {
  shapingCases('typescript', [
    ['a bracket that the next line closes', 'f(\n  a█\n);', ', b);', 'f(\n  a█❰↦, b❱\n);'],
    [
      'a brace that closes further below',
      'f() {\n  a();\n  █\n  c();\n}',
      'b();\n}',
      'f() {\n  a();\n  █❰↦b();❱\n  c();\n}',
    ],
    [
      'an array of which more follows',
      'const a = [\n  1,\n  █\n  3,\n];',
      '2,\n];',
      'const a = [\n  1,\n  █❰↦2,❱\n  3,\n];',
    ],
    ['a brace nobody closed', 'f() {\n  █\n', 'b();\n}', 'f() {\n  █❰↦b();\n}❱\n'],
    ['one brace too many at the end of the file', 'f() {\n  █\n}\n', 'b();\n}\n}', 'f() {\n  █❰↦b();❱\n}\n'],
    ['a brace too many for the whole file', 'f();\n█', 'g();\n}', 'f();\n█❰↦g();❱'],
    ['a bracket too many', 'g()█', ');', 'repeats-text'],
  ]);
  shapingCases('java', [
    [
      'class end that stands there',
      'class A {\n  int a;\n  █\n}\n',
      'int b;\n}',
      'class A {\n  int a;\n  █❰↦int b;❱\n}\n',
    ],
  ]);
  shapingCases('html', [
    ['a closing tag below', '<ul>\n  █\n</ul>', '<li>A</li>\n</ul>', '<ul>\n  █❰↦<li>A</li>❱\n</ul>'],
    [
      'an outer closing tag below',
      '<div>\n  <ul>\n    █\n  </ul>\n</div>',
      '<li>A</li>\n  </ul>\n</div>',
      '<div>\n  <ul>\n    █❰↦<li>A</li>❱\n  </ul>\n</div>',
    ],
  ]);
  shapingCases('lua', [
    [
      'end that stands there',
      'function f()\n  █\nend\n',
      'return 1\nend',
      'function f()\n  █❰↦return 1❱\nend\n',
    ],
  ]);
  shapingCases('ruby', [
    [
      'end that stands there, more before it',
      'def f\n  █\n  b\nend\n',
      'a\nend',
      'def f\n  █❰↦a❱\n  b\nend\n',
    ],
  ]);
  shapingCases('shellscript', [
    ['fi that stands there', 'if true; then\n  █\nfi\n', 'ls\nfi', 'if true; then\n  █❰↦ls❱\nfi\n'],
  ]);
});

describe('statements that end inside a bracket', () => {
  shapingCases('typescript', [
    ['one is open', 'const a = █', 'max(0, min(b, c);', 'unclosed'],
    ['opened before the cursor', 'const a = max(█', '0, b;', 'unclosed'],
    ['of a list', 'const a = █', '[1, 2;', 'unclosed'],
    ['the line before it is sound', '█', 'const a = f();\ng(a;', '█❰↦const a = f();❱'],
    ['a block in between is open', '█', 'run(() => {\n  go();\n});', '█❰↦run(() => {\n  go();\n});❱'],
    ['on one line', '█', 'run(() => { go();', '█❰↦run(() => { go();❱'],
    ['the head of a loop', '█', 'for (let i = 0;', '█❰↦for (let i = 0;❱'],
    ['a call in the head of a loop', '█', 'for (let i = first(a;', 'unclosed'],
    ['what is closed behind the cursor', 'f(█)', 'a;', 'f(█❰↦a;❱)'],
    ['a bracket in a string', '█', 'say("(");', '█❰↦say("(");❱'],
    ['a bracket of a regular expression', '█', 'a = /[(]/;', '█❰↦a = /[(]/;❱'],
    ['a comment', 'f(a, // █', 'see b;', 'f(a, // █❰↦see b;❱'],
    ['a comment behind it', '█', 'f(a, // see b;\n  c);', '█❰↦f(a, // see b;\n  c);❱'],
    [
      'entries of a type on lines of their own',
      'type A = Array<{\n  █',
      'a: b;\n}>;',
      'type A = Array<{\n  █❰↦a: b;\n}>;❱',
    ],
    ['text of an element', '<p>█', 'see (below;', '<p>█❰↦see (below;❱', { languageId: 'typescriptreact' }],
  ]);
  shapingCases('rust', [
    ['the length of an array', 'let a = █', '[0u8;\n    64];', 'let a = █❰↦[0u8;\n    64];❱'],
    ['a call', 'let a = █', 'f(b;', 'unclosed'],
  ]);
  shapingCases('pascal', [['parameters', 'procedure f(█', 'a: integer;', 'procedure f(█❰↦a: integer;❱']]);
  shapingCases('c', [
    ['a loop over lines', 'for (\n  █', 'int i = 0;\n  i < n;', 'for (\n  █❰↦int i = 0;\n  i < n;❱'],
  ]);
});

describe('in a comment', () => {
  shapingCases('typescript', [
    ['a bracket is a sign', '/**\n * See█\n */', ' 1).', '/**\n * See█❰↦ 1).❱\n */'],
    ['also over lines', '// a█', '))\n// b)', '// a█❰↦))\n// b)❱'],
  ]);
  shapingCases('python', [['behind it, brackets count', '# a█', '\nb = 1)', '# a█❰↦\nb = 1❱']]);
});

describe('the rest of the line, said again', () => {
  shapingCases('java', [
    ['with the bracket it opens', 'void f█() {\n}', 'oo() {', 'void f█❰↦oo❱() {\n}'],
    ['what already stands there', '#define a █ b', 'b', 'repeats-text'],
  ]);
});

describe('behind a string', () => {
  shapingCases('shellscript', [
    [
      'a bracket of a pattern',
      'case "$i" in\n  a) echo "b█',
      '"; exit;;\n  c) exit;;',
      'case "$i" in\n  a) echo "b█❰↦"; exit;;\n  c) exit;;❱',
    ],
  ]);
});
