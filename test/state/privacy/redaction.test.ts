import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, applyToText, type Edit } from '../../../server/core/edit.ts';
import { lengthOf } from '../../../server/core/text.ts';
import {
  type Redaction,
  redact,
  redactedEdit,
  redactedText,
  redactionAfter,
  secretsOf,
} from '../../../server/state/privacy/redaction.ts';
import { createRestoring } from '../../../server/state/privacy/restoring.ts';
import { createVault } from '../../../server/state/privacy/vault.ts';
import { plantedSecrets } from '../../support/secrets.ts';
import { awkwardText, codeLikeText, editOf } from '../../support/texts.ts';

const secrets = [...plantedSecrets(1), ...plantedSecrets(2)].map(({ text }) => text);
const near = fc.constantFrom(
  'HIDDEN_',
  'HIDDEN_1_',
  'Zq',
  'Zq2_',
  'WHITTLE_SECRET_',
  'WHITTLE_SECRET_3',
  '_',
  '__________',
  'W',
  '-----END PRIVATE KEY-----',
  '\n',
  '"',
);

/** Code with secrets at line starts, in the middle of lines and cut off, and with what looks like placeholders. */
const planted = fc
  .array(
    fc.oneof(
      codeLikeText(2),
      awkwardText(6),
      fc.constantFrom(...secrets),
      near,
      fc.constantFrom(...secrets).map((text) => text.slice(0, text.length / 2)),
    ),
    {
      maxLength: 8,
    },
  )
  .chain((parts) => fc.constantFrom('', '\n', '\r\n', ' ').map((between) => parts.join(between)));

describe('redacting', () => {
  test('restoring what was redacted gives the text, and both have one length', () => {
    fc.assert(
      fc.property(planted, fc.nat(46_000), (text, first) => {
        const vault = createVault(first);
        const hidden = redactedText(redact(text, vault), vault);
        expect(hidden).toHaveLength(text.length);
        expect(vault.restore(hidden)).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  test('a stream is restored as its whole, however it is cut', () => {
    fc.assert(
      fc.property(planted, fc.array(fc.nat(400), { maxLength: 30 }), fc.boolean(), (text, cuts, single) => {
        const vault = createVault(1);
        const hidden = redactedText(redact(text, vault), vault);
        const places = single ? [...hidden].map((_, i) => i) : [...cuts].sort((a, b) => a - b);
        const stream = createRestoring(vault);
        let result = '';
        let at = 0;
        for (const place of places) {
          if (place < at) continue;
          result += stream.push(hidden.slice(at, place));
          at = Math.min(place, hidden.length);
        }
        result += stream.push(hidden.slice(at)) + stream.end();
        expect(result).toBe(text);
      }),
      { numRuns: 400 },
    );
  });
});

describe('carrying a redaction over changes', () => {
  const steps = fc.array(
    fc.func(
      fc.tuple(
        fc.nat(1000),
        fc.nat(60),
        fc.constantFrom(...secrets, '', '\n', 'x', '"', '-----BEGIN RSA PRIVATE KEY-----\n'),
      ),
    ),
    { maxLength: 5 },
  );

  test.each([
    { of: 'a text', rest: '', numRuns: 500 },
    { of: 'a large text, which is read in parts', rest: '\nconst x = 1;'.repeat(1300), numRuns: 100 },
  ])(
    'finds in $of what a scan of it finds, and a mirror fed with edits holds the redacted text',
    ({ rest, numRuns }) => {
      fc.assert(
        fc.property(planted, steps, (beginning, changes) => {
          const text = beginning + rest;
          const vault = createVault(1);
          redact([...secrets].reverse().slice(0, 30).join('\n'), vault);
          let redaction = redact(text, vault);
          let mirror = redactedText(redaction, vault);
          changes.forEach((change, index) => {
            const most = lengthOf(redaction.text);
            const [at, length, inserted] = change(index);
            const start = Math.min(at, most);
            const edit: Edit = [{ start, end: Math.min(start + length, most), text: inserted }];
            ({ redaction, mirror } = step({ redaction, mirror }, edit, vault));
          });
        }),
        { numRuns },
      );
    },
  );

  test('the same with several replacements at once', () => {
    const cases = planted.chain((text) =>
      fc.tuple(fc.constant(text), editOf(text.length, fc.oneof(awkwardText(4), fc.constantFrom(...secrets)))),
    );
    fc.assert(
      fc.property(cases, ([text, edit]) => {
        const vault = createVault(1);
        const redaction = redact(text, vault);
        step({ redaction, mirror: redactedText(redaction, vault) }, edit, vault);
      }),
      { numRuns: 500 },
    );
  });

  function step(
    from: { redaction: Redaction; mirror: string },
    edit: Edit,
    vault: ReturnType<typeof createVault>,
  ) {
    const text = applyToText(from.redaction.text, edit);
    const redaction = redactionAfter(from.redaction, edit, { text, vault });
    const { value } = text;
    const whole = redact(value, vault);
    expect(places(redaction)).toEqual(places(whole));
    const mirror = apply(from.mirror, redactedEdit(from.redaction, redaction, { edit, vault }));
    expect(mirror).toHaveLength(value.length);
    // Elsewhere the mirror may still hold what was told before it was known to be a secret; line by line it is redacted.
    expect(redactedText(redact(vault.restore(mirror), vault), vault)).toBe(redactedText(redaction, vault));
    return { redaction, mirror };
  }

  function places(redaction: Redaction): readonly string[] {
    return secretsOf(redaction).map(({ start, end }) => `${start}-${end}`);
  }
});
