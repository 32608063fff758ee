/** What a word that was exchanged means elsewhere, by language: names as languages spell them, and what is none. */

import { test } from 'vitest';
import { checkRepeats } from '../../support/repeats.ts';

function check(name: string, languageId: string, source: string): void {
  test(`${languageId}: ${name}`, () => checkRepeats(source, languageId));
}

check(
  'a name with hyphens is one',
  'css',
  '.a { margin-❰top↦left❱: 1px; }\n.b { top: 0; padding-top: 1px; margin-❰top↦left❱: 2px; }\n',
);
check('a class is no other', 'css', '.❰btn↦button❱ {}\n.❰btn↦button❱:hover {}\n.btn-a {}\n');
check('a value is no name', 'css', '.a { color: ❰red↦blue❱; }\n.b { color: red; background: red; }\n');
check('what names a value is', 'css', '@keyframes ❰spin↦turn❱ {}\n.a { animation: ❰spin↦turn❱ 1s; }\n');
check('a variable', 'css', ':root { --❰main↦first❱: 1; }\n.x { top: var(--❰main↦first❱); main: 1; }\n');
check('a name with hyphens', 'clojure', '(foo-❰bar↦baz❱ x)\n(bar y)\n(foo-❰bar↦baz❱ z)\n');
check('none of a chain of thousands', 'css', `❰foo↦bar❱ {}\nfoo${'-foo'.repeat(10_000)} {}\n❰foo↦bar❱ {}\n`);
check('a name with a question mark', 'scheme', '(❰ok↦done❱? x)\n(ok y)\n(❰ok↦done❱? z)\n');
check('a name with a prime is another', 'haskell', "❰foo↦bar❱ x = foo' x\n❰foo↦bar❱ y = 1\n");
check('a lifetime is no variable', 'rust', "fn f<'❰a↦b❱>(x: &'❰a↦b❱ str) -> &'❰a↦b❱ str { a }\n");
check('a method with a question mark', 'ruby', '❰name↦title❱ = 1\nname?\n❰name↦title❱ != 1\n');

check(
  'in the code of a string',
  'python',
  '❰name↦title❱ = 1\nprint(f"{❰name↦title❱} {❰name↦title❱!r} name {{name}} {x.name}", "{name}")\n',
);
check(
  'in strings and beside its sign',
  'shellscript',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: It is the text of a file.
  '❰FOO↦BAR❱=1\necho $❰FOO↦BAR❱ "$❰FOO↦BAR❱ ${❰FOO↦BAR❱:-x} $FOOD" \'$FOO\'\n',
);
check('beside its sign, and without', 'shellscript', 'echo $❰FOO↦BAR❱\n❰FOO↦BAR❱=1\necho "$❰FOO↦BAR❱"\n');
check('text in a string', 'php', 'use ❰Slim↦Thin❱\\A;\nnew ❰Slim↦Thin❱\\B("Slim Error");\n');
check('text in braces', 'rust', 'let ❰id↦key❱ = 1;\nroute("/{id}");\nf(❰id↦key❱);\n');
check(
  'a method that is called as a word of the language',
  'typescript',
  'q.❰or↦orElse❱(a)\n  .b(c);\nq.❰or↦orElse❱(d);\n',
);
check('in strings', 'php', '❰$name↦$title❱ = 1;\necho "a ❰$name↦$title❱ $names";\n');
check(
  'in the text of a macro',
  'rust',
  'let ❰name↦title❱ = 1;\nprintln!("{❰name↦title❱:?} {}", ❰name↦title❱);\n',
);
check('in strings', 'ruby', '❰name↦title❱ = 1\nputs "#{❰name↦title❱} name"\n');
check('in strings', 'swift', 'let ❰name↦title❱ = 1\nprint("\\(❰name↦title❱) name")\n');

check('a word that sentences are full of', 'markdown', 'I saw ❰the↦a❱ dog.\nThen the cat.\n');
check('a word of a sentence', 'plaintext', 'All is ❰good↦fine❱. It was good.\n');
check('a name', 'markdown', 'I use ❰Vitest↦Jest❱ here.\nThen ❰Vitest↦Jest❱ again.\n');
check('a misspelled word', 'markdown', 'We ❰recieve↦receive❱ it.\nThey ❰recieve↦receive❱ it.\n');
check('a word with a letter too many', 'markdown', 'A ❰misteake↦mistake❱.\nOne ❰misteake↦mistake❱ more.\n');
check('a word with another letter', 'markdown', 'Be ❰seperate↦separate❱.\nA ❰seperate↦separate❱ one.\n');
check('another word as long', 'markdown', 'The ❰later↦older❱ one.\nNot the later one.\n');
check('a word that comments are full of', 'python', '# ❰the↦a❱ name of x\n# the other\n');
check('a keyword', 'typescript', '❰if↦while❱ (x) {}\nif (y) {}\n');
check('a type', 'c', '❰int↦long❱ x;\nint y;\nint main(void) {}\n');
check('a type for another', 'typescript', 'let a: ❰string↦number❱;\nlet b: string;\n');
check('a name like a type', 'python', 'x = ❰number↦count❱\nf(❰number↦count❱)\n');
check('a key less deep', 'yaml', '- ❰name↦id❱: a\n- ❰name↦id❱: b\nname: c\n');
check('a value', 'yaml', 'a: ❰node↦deno❱\nnode: b\n');
check('a key is no value', 'json', '{"❰name↦title❱": 1, "a": "name", "b": {❰"name"↦"title"❱: 2}}\n');
