import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../../server/core/edit.ts';
import { type Finding, findingReader } from '../../../server/core/review/findings.ts';
import { placeFinding } from '../../../server/core/review/place-finding.ts';
import { toText } from '../../../server/core/text.ts';
import { awkwardText } from '../../support/texts.ts';

const code = 'function add(a, b) {\n  return a - b;\n}\n\nfunction half(a) {\n  return a / 2;\n}\n';

function read(answer: string, cut = answer.length): readonly Finding[] {
  const reader = findingReader();
  return [...reader.push(answer.slice(0, cut)), ...reader.push(answer.slice(cut)), ...reader.finish()];
}

/** What the answer finds: `«»` in the code, the message, and the code once the proposal is done. */
function check(
  name: string,
  answer: string,
  expected: readonly (readonly [string, string, string?])[],
): void {
  test(name, () => {
    const text = toText(code);
    const found = read(answer).flatMap(
      (finding) => placeFinding(text, finding, { start: 0, end: code.length }) ?? [],
    );
    const shown = found.map(({ start, end, severity, message, fix }) => [
      `«${code.slice(start, end)}»`,
      `${severity}: ${message}`,
      ...(fix.length > 0 ? [apply(code, fix)] : []),
    ]);
    expect(shown).toEqual(expected);
  });
}

describe('findings', () => {
  check(
    'with a proposal: the range is what it changes',
    '<<<<<<< error: It subtracts.\n  return a - b;\n=======\n  return a + b;\n>>>>>>>\n',
    [['«-»', 'error: It subtracts.', code.replace('a - b', 'a + b')]],
  );
  check(
    'without one: the range is the code quoted',
    'Some prose.\n```\n<<<<<<< hint: Name it.\n  return a / 2;\n=======\n>>>>>>>\n```\n',
    [['«return a / 2;»', 'hint: Name it.']],
  );
  check(
    'several lines, wrong indentation, no severity',
    '<<<<<<< Halves.\nfunction half(a) {\nreturn a / 2;\n>>>>>>>\n',
    [['«function half(a) {\n  return a / 2;»', 'warning: Halves.']],
  );
  check(
    'one without end mark before the next',
    '<<<<<<< error: One.\n  return a - b;\n=======\n  return a + b;\n<<<<<<< note: Two.\n  return a / 2;\n=======\n>>>>>>>',
    [
      ['«-»', 'error: One.', code.replace('a - b', 'a + b')],
      ['«return a / 2;»', 'information: Two.'],
    ],
  );
  check(
    'not what is not there, nor what is there twice',
    '<<<<<<< error: A.\nno such line here\n=======\n>>>>>>>\n<<<<<<< error: B.\n}\n=======\n>>>>>>>\n',
    [],
  );
  check('not one that is cut off', '<<<<<<< error: A.\n  return a - b;\n=======\n  return', []);
  check('nothing', 'I see nothing wrong.', []);
});

test('any text in any chunks', () => {
  const pieces = fc.constantFrom(
    '<<<<<<< error: x\n',
    '=======\n',
    '>>>>>>>\n',
    '  return a - b;\n',
    'prose\n',
    '\r\n',
  );
  const answers = fc.array(fc.oneof(pieces, awkwardText())).map((each) => each.join(''));
  fc.assert(
    fc.property(answers, fc.nat(), (answer, at) => {
      const whole = read(answer);
      expect(read(answer, at % (answer.length + 1))).toEqual(whole);
      for (const finding of whole) placeFinding(toText(code), finding, { start: 0, end: code.length });
    }),
  );
});
