/** Comments and strings that begin far above, what is written in them, and what ends them. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

const many = (line: string) => `${line}\n`.repeat(60);

describe('a string that begins far above', () => {
  const doc = `defmodule A do\n  @moduledoc """\n${many('  Words of it.')}`;
  shapingCases('elixir', [
    [
      'holds sentences',
      `${doc}  █\n  """\n`,
      'This is what the module is for.',
      `${doc}  █❰↦This is what the module is for.❱\n  """\n`,
    ],
  ]);
  const ended = `def a():\n    """Does it.\n${many('    More.')}    """\n    `;
  shapingCases('python', [
    [
      'begins again',
      `${ended}return 1\n\ndef b():\n    """\n    █\n    """\n`,
      'Handle the case where it is not there.',
      `${ended}return 1\n\ndef b():\n    """\n    █❰↦Handle the case where it is not there.❱\n    """\n`,
    ],
  ]);
});

describe('a fence in a comment', () => {
  shapingCases('rust', [
    [
      'that the model goes on in',
      '/// █\nfn a() {}\n',
      '```\n/// a();\n/// ```',
      '/// █❰↦```\n/// a();\n/// ```❱\nfn a() {}\n',
    ],
    [
      'that ends',
      '/// ```\n/// a();\n///█\nfn a() {}\n',
      ' ```',
      '/// ```\n/// a();\n///█❰↦ ```❱\nfn a() {}\n',
    ],
    [
      'around the comment is the model’s own',
      '/// Does█\nfn a() {}\n',
      '```rust\n/// Does it.\n```',
      '/// Does█❰↦ it.❱\nfn a() {}\n',
    ],
    [
      'around all of it too',
      '/// A█\n',
      '```rust\n/// A\n///\n/// ```\n/// a();\n/// ```\n```',
      '/// A█❰↦\n///\n/// ```\n/// a();\n/// ```❱\n',
    ],
  ]);
  shapingCases('python', [
    [
      'behind a sentence of the comment',
      'class A:\n    """\n    Sends █\n    """\n',
      'it to the app.\n\n    ```python\n    a()\n    ```',
      'class A:\n    """\n    Sends █❰↦it to the app.❱\n    """\n',
    ],
  ]);
});

describe('a fence that has only begun', () => {
  shapingCases('rust', [
    ['may be the model’s own', '/// █\nfn a() {}\n', '```rust', 'nothing-to-say', { open: true }],
    ['is so behind words', '/// Does█\nfn a() {}\n', '```rust', 'nothing-to-say'],
  ]);
});

describe('a fence in a text that has none', () => {
  shapingCases('latex', [
    [
      'is the model’s own',
      '\\begin{a}\n█\n\\end{a}\n',
      'Here is the code:\n\n```latex\n\\item b\n```',
      '\\begin{a}\n█❰↦\\item b❱\n\\end{a}\n',
    ],
    [
      'is still to come behind its announcement',
      '\\begin{a}\n█\n\\end{a}\n',
      'Here is the completed code:',
      'nothing-to-say',
      { open: true },
    ],
  ]);
});

describe('what is said behind the code', () => {
  shapingCases('dockerfile', [
    [
      'below a path with a star',
      'RUN rm -rf lists/*\nENV A=█\n',
      'b\n\nThis sets the value of the variable.',
      'RUN rm -rf lists/*\nENV A=█❰↦b❱\n',
    ],
  ]);
  shapingCases('swift', [
    [
      'behind the end of a string',
      'if a == "█")\n',
      'b") {\n\nThis completes the condition with the value.',
      'if a == "█❰")↦b") {❱\n',
    ],
  ]);
  shapingCases('ocaml', [
    [
      'behind the end of a comment',
      '(** █\n\nlet a = 1\n',
      'Lists. *)\n\nThis completes the comment for the module.',
      '(** █❰↦Lists. *)❱\n\nlet a = 1\n',
    ],
  ]);
  shapingCases('yaml', [
    ['at the margin', 'name: █\n', 'CI\n\nThis is done for each push to the branch.', 'name: █❰↦CI❱\n'],
  ]);
  shapingCases('vue', [
    [
      'in a script',
      '<script setup>\nconst a = █\n</script>\n',
      'ref(1)\n\nThis makes the value that is shown.',
      '<script setup>\nconst a = █❰↦ref(1)❱\n</script>\n',
    ],
  ]);
});
