/**
 * What chat models put around code, as they do it and as users complained of it: none of it may become ghost text,
 * and no code or comment may be taken for it.
 */

import { describe } from 'vitest';
import { thoughtMarks } from '../../../server/core/thought-marks.ts';
import { shapingCases } from '../../support/shaping.ts';

describe('TypeScript', () => {
  shapingCases('typescript', [
    ['chat model: fence with language', 'const a = █', '```typescript\n1;\n```', 'const a = █❰↦1;❱'],
    [
      'chat model: fence, then explanation',
      'const a = █',
      '```ts\n1;\n```\n\nThis sets `a` to 1.',
      'const a = █❰↦1;❱',
    ],
    [
      'chat model: a label right below the code',
      'const a = █',
      '1;\nExplanation: this sets a to one.',
      'const a = █❰↦1;❱',
    ],
    [
      'a sentence of a template',
      'const text = █',
      '`a\n\nThis is the text that you asked me for.\n`;',
      'const text = █❰↦`a\n\nThis is the text that you asked me for.\n`;❱',
    ],
    [
      'a sentence of a comment',
      'f();\n█',
      '/*\n\nThis is what the function returns to you.\n*/\ng();',
      'f();\n█❰↦/*\n\nThis is what the function returns to you.\n*/\ng();❱',
    ],
    ['chat model: fence of tildes', 'const a = █', '~~~ts\n1;\n~~~', 'const a = █❰↦1;❱'],
    [
      'chat model: announcement and fence',
      'const a = █',
      "Here's the completed code:\n\n```ts\n1;\n```",
      'const a = █❰↦1;❱',
    ],
    [
      'chat model: announcement of which the fence is not there yet',
      'const a = █',
      "Here's the completed code:",
      'nothing-to-say',
    ],
    ['chat model: fence of which the code is not there yet', 'const a = █', '```ts', 'nothing-to-say'],
    [
      'chat model: announcement without a fence',
      'f() {\n  █\n}',
      'Here is the code:\n\nreturn 1;',
      'f() {\n  █❰↦return 1;❱\n}',
    ],
    [
      'chat model: "Sure!"',
      'const a = █',
      'Sure! Here is the continuation:\n```\nawait load();\n```',
      'const a = █❰↦await load();❱',
    ],
    [
      'chat model: announcement and code on one line',
      'f() {\n  const n = █\n}',
      'Sure! Here is the completion: xs.length;',
      'nothing-to-say',
    ],
    [
      'chat model: announcement and code on one line, without a greeting',
      'const n = █',
      "Here's the completed line of code: `xs.map((x) => x)`;",
      'nothing-to-say',
    ],
    ['a string that says so', 'say(█)', "'Here is the code: x;'", "say(█❰↦'Here is the code: x;'❱)"],
    ['chat model: "Certainly!" alone', 'const a = █', 'Certainly!', 'nothing-to-say'],
    [
      'chat model: several sentences, no code',
      'f() {\n  █\n}',
      'The function is already complete. You can call it like this.\nLet me know if you need more.',
      'nothing-to-say',
    ],
    [
      'chat model: apology',
      'const x = █',
      "I'm sorry, but I can't complete this without more context.",
      'nothing-to-say',
    ],
    [
      'chat model: "I cannot"',
      'const x = █',
      'I cannot determine what should be inserted here.',
      'nothing-to-say',
    ],
    [
      'chat model: asks back',
      'const x = █',
      'Please provide more context about what you want.',
      'nothing-to-say',
    ],
    ['chat model: the word for no next edit', 'const a = b;█', 'NO_CHANGE', 'nothing-to-say'],
    ['chat model: nothing, as a comment', 'f();█', '// no completion needed', 'nothing-to-say'],
    [
      'chat model: nothing, as a longer one',
      'f();█',
      '/* No further changes are required. */',
      'nothing-to-say',
    ],
    [
      'a comment of the code',
      'if (same) {\n  █\n}',
      '// No change needed for equal values',
      'if (same) {\n  █❰↦// No change needed for equal values❱\n}',
    ],
    ['chat model: "No completion needed."', 'f();█', 'No completion needed.', 'nothing-to-say'],
    ['chat model: "(nothing)"', 'f();█', '(nothing)', 'nothing-to-say'],
    ['chat model: "[no output]"', 'f();█', '[no output]', 'nothing-to-say'],
    ['chat model: "(empty string)"', 'f();█', '(empty string)', 'nothing-to-say'],
    ['chat model: "There is nothing to add"', 'f();█', 'There is nothing to add here.', 'nothing-to-say'],
    [
      'chat model: explanation behind the code',
      'f() {\n  █\n}',
      'return a + b;\n\nThis returns the sum of both numbers.',
      'f() {\n  █❰↦return a + b;❱\n}',
    ],
    ['chat model: "Explanation:"', 'const a = █', '1;\n\n**Explanation:**\n- sets a', 'const a = █❰↦1;❱'],
    [
      'chat model: "Note that"',
      'const a = █',
      'b ?? 0;\n\nNote that this falls back to 0.',
      'const a = █❰↦b ?? 0;❱',
    ],
    [
      'chat model: "I added"',
      'f() {\n  █\n}',
      'if (!a) return;\n\nI added a guard for missing values.',
      'f() {\n  █❰↦if (!a) return;❱\n}',
    ],
    [
      'chat model: search and replace block',
      'f() {\n  █\n}',
      '<<<<<<< SEARCH\nf() {\n=======\nf(a) {\n>>>>>>> REPLACE',
      'nothing-to-say',
    ],
    ['chat model: patch', 'f() {\n  █\n}', '*** Begin Patch\n*** Update File: a.ts\n', 'nothing-to-say'],
    ...thoughtMarks.map(({ open, close }): [string, string, string, string] => [
      `chabicht#15: thoughts before the answer, behind ${open}`,
      'const a = █',
      `${open}\nThe user wants a number.\n${close}\n\n1;`,
      'const a = █❰↦1;❱',
    ]),
    ['chabicht#15: thoughts that go on', 'const a = █', '<think>\nThe user wants\n1;', 'nothing-to-say'],
    ['qwen3: only the end of thoughts', 'const a = █', 'A number.\n</think>\n\n1;', 'const a = █❰↦1;❱'],
    [
      'copilot: a comment is no chatter',
      'f() {\n  █\n}',
      '// This returns the sum of both numbers.\n  return a + b;',
      'f() {\n  █❰↦// This returns the sum of both numbers.\n  return a + b;❱\n}',
    ],
    [
      'a sentence in a comment',
      '// █',
      'This is the code for the parser.',
      '// █❰↦This is the code for the parser.❱',
    ],
    [
      'a sentence in a doc comment',
      '/**\n * █\n */',
      'Here is the text the user reads.',
      '/**\n * █❰↦Here is the text the user reads.❱\n */',
    ],
    [
      'a sentence in a block comment',
      '/*\n  █\n*/',
      'You can call this function only once.',
      '/*\n  █❰↦You can call this function only once.❱\n*/',
    ],
    [
      'a sentence in a string',
      "throw new Error('█')",
      'You can call this only once.',
      "throw new Error('█❰↦You can call this only once.❱')",
    ],
    [
      'a sentence in a template literal',
      'const help = `\n█',
      'You can call this only once.',
      'const help = `\n█❰↦You can call this only once.❱',
    ],
    ['a type name with a capital', 'const a: █', 'This | That;', 'const a: █❰↦This | That;❱'],
    ['a class named like a word', '█', 'Sure.thing();', '█❰↦Sure.thing();❱'],
    ['a template literal keeps its backticks', 'const a = █', '`x`', 'const a = █❰↦`x`❱'],
  ]);
});

describe('Python', () => {
  shapingCases('python', [
    ['continue: fence with language', 'x = █', '```python\n1\n```', 'x = █❰↦1❱'],
    [
      'wp-autoplugin#3: prompt says no fence, model fences',
      'def f():\n    █',
      '```\nreturn 1\n```',
      'def f():\n    █❰↦return 1❱',
    ],
    [
      'chat model: "Here\'s how"',
      'def f(a):\n    █',
      "Here's how you can complete the function:\n\n```python\n    return a\n```",
      'def f(a):\n    █❰↦return a❱',
    ],
    ['chat model: backticks around the answer', 'x = █', '`len(items)`', 'x = █❰↦len(items)❱'],
    [
      'chat model: "The missing code is:"',
      'x = █',
      'The missing code is:\n\nlen(items)',
      'x = █❰↦len(items)❱',
    ],
    [
      'chat model: sentence alone',
      'def f():\n    █',
      'It looks like the function should return a list of names.',
      'nothing-to-say',
    ],
    [
      'chat model: "This function" behind',
      'def f(a):\n    █',
      'return a * 2\n\nThis function doubles the value that it is given.',
      'def f(a):\n    █❰↦return a * 2❱',
    ],
    [
      'a sentence in a docstring',
      'def f():\n    """\n    █',
      'Here is the list of values you can pass.',
      'def f():\n    """\n    █❰↦Here is the list of values you can pass.❱',
    ],
    [
      'a docstring of the model',
      'def f():\n    █',
      '"""Return the sum of the values.\n\n    This function is slow.\n    """\n    return 1',
      'def f():\n    █❰↦"""Return the sum of the values.\n\n    This function is slow.\n    """\n    return 1❱',
    ],
    ['codellama#867: EOT', 'x = █', 'len(items) <EOT>', 'x = █❰↦len(items)❱'],
    ['infill tokens of a model that begins another file', 'x = █', '1\n<|file_sep|>b.py\ny = 2', 'x = █❰↦1❱'],
    ['Gemma: end of turn', 'x = █', '1<end_of_turn>\n', 'x = █❰↦1❱'],
  ]);
});

describe('other languages', () => {
  shapingCases('go', [
    ['chat model: fence', 'func f() {\n\t█\n}', '```go\nreturn nil\n```', 'func f() {\n\t█❰↦return nil❱\n}'],
    ['`ok,` is no "OK,"', 'func f() {\n\t█\n}', 'ok, err := g()', 'func f() {\n\t█❰↦ok, err := g()❱\n}'],
    [
      'chat model: "To complete"',
      'func f() {\n\t█\n}',
      'To complete this function, you need to return an error.\n\nreturn err',
      'func f() {\n\t█❰↦return err❱\n}',
    ],
  ]);
  shapingCases('rust', [
    [
      'chat model: "Okay, here"',
      'let a = █',
      "Okay, here's the rest:\n```rust\nvec![1];\n```",
      'let a = █❰↦vec![1];❱',
    ],
    ['Ok(…) is code', 'fn f() {\n    █\n}', 'Ok(())', 'fn f() {\n    █❰↦Ok(())❱\n}'],
  ]);
  shapingCases('html', [
    [
      'chat model: fence',
      '<ul>\n  █\n</ul>',
      '```html\n<li>One</li>\n```',
      '<ul>\n  █❰↦<li>One</li>❱\n</ul>',
    ],
    [
      'chat model: announcement',
      '<ul>\n  █\n</ul>',
      'Here is the completed code:\n<li>One</li>',
      '<ul>\n  █❰↦<li>One</li>❱\n</ul>',
    ],
    [
      'text of a page is content',
      '<p>█</p>',
      'You can change this at any time.',
      '<p>█❰↦You can change this at any time.❱</p>',
    ],
  ]);
  shapingCases('yaml', [
    [
      'a value that is a sentence',
      'description: █',
      'This is the name that the user sees.',
      'description: █❰↦This is the name that the user sees.❱',
    ],
    ['chat model: fence', 'on:\n  █', '```yaml\npush:\n```', 'on:\n  █❰↦push:❱'],
  ]);
  shapingCases('markdown', [
    [
      'sentences are what it holds',
      '█',
      'Here is the code:\n\n```sh\nnpm i\n```',
      '█❰↦Here is the code:\n\n```sh\nnpm i\n```❱',
    ],
    [
      'an outer fence that says markdown',
      '# A\n\n█',
      '```markdown\n## B\n\nText.\n```',
      '# A\n\n█❰↦## B\n\nText.❱',
    ],
  ]);
  shapingCases('shellscript', [
    ['chat model: fence', 'cd /tmp\n█', '```bash\nls -l\n```', 'cd /tmp\n█❰↦ls -l❱'],
    ['chat model: one line in a fence', 'cd /tmp\n█', '```ls -l```', 'cd /tmp\n█❰↦ls -l❱'],
    ['backticks mean something', 'now=█', '`date`', 'now=█❰↦`date`❱'],
  ]);
  shapingCases('sql', [
    [
      'chat model: "You can use"',
      'SELECT █',
      'You can use the following query:\n\n```sql\nname FROM users;\n```',
      'SELECT █❰↦name FROM users;❱',
    ],
    [
      'chat model: "This query"',
      'SELECT █',
      'name FROM users;\n\nThis query returns the names of all of the users.',
      'SELECT █❰↦name FROM users;❱',
    ],
  ]);
  shapingCases('java', [
    ['chat model: "Completed code:"', 'int a = █', 'Completed code:\n```java\n1;\n```', 'int a = █❰↦1;❱'],
    ['Llama: header token', 'int a = █', '1;<|eot_id|><|start_header_id|>', 'int a = █❰↦1;❱'],
  ]);
  shapingCases('css', [
    [
      'chat model: "Let me"',
      'a {\n  █\n}',
      'Let me complete the rule for you.\n\ncolor: red;',
      'a {\n  █❰↦color: red;❱\n}',
    ],
  ]);
  shapingCases('javascriptreact', [
    [
      'text of an element',
      'return <p>\n  █\n</p>',
      'You can change this at any time.',
      'return <p>\n  █❰↦You can change this at any time.❱\n</p>',
    ],
  ]);
});
