import { describe, expect, test } from 'vitest';
import { formatFor } from '../../../../server/core/prompt/fim/family.ts';
import { type FimName, fimFormats } from '../../../../server/core/prompt/fim/format.ts';
import { commentOf, frameLength, renderFim } from '../../../../server/core/prompt/fim/render.ts';

const window = { head: 'HEAD\n', begun: 'BEGUN', tail: 'TAIL\n' };
const other = { path: 'lib/other.py', text: 'x = 1\n' };

function prompt(name: FimName, context: readonly (typeof other)[] = []): string {
  const parts = { path: 'lib/own.py', comment: commentOf('python'), context, window };
  return renderFim(parts, fimFormats[name]).text;
}

describe('renderFim', () => {
  test.each<[FimName, string, string]>([
    [
      'qwen',
      '<|repo_name|>project\n<|file_sep|>lib/own.py\n<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL\n<|fim_middle|>BEGUN',
      '<|repo_name|>project\n<|file_sep|>lib/other.py\nx = 1\n<|file_sep|>lib/own.py\n<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL\n<|fim_middle|>BEGUN',
    ],
    [
      'starcoder',
      '<fim_prefix><filename>lib/own.py\nHEAD\n<fim_suffix>TAIL\n<fim_middle>BEGUN',
      '<fim_prefix><filename>lib/other.py\nx = 1\n<filename>lib/own.py\nHEAD\n<fim_suffix>TAIL\n<fim_middle>BEGUN',
    ],
    [
      'starcoder2',
      '<repo_name>project<file_sep><fim_prefix>lib/own.py\nHEAD\n<fim_suffix>TAIL\n<fim_middle>BEGUN',
      '<repo_name>project<file_sep>lib/other.py\nx = 1\n<file_sep><fim_prefix>lib/own.py\nHEAD\n<fim_suffix>TAIL\n<fim_middle>BEGUN',
    ],
    [
      'deepseek',
      '<｜fim▁begin｜>HEAD\n<｜fim▁hole｜>TAIL\n<｜fim▁end｜>BEGUN',
      '<｜fim▁begin｜># lib/other.py\nx = 1\n# lib/own.py\nHEAD\n<｜fim▁hole｜>TAIL\n<｜fim▁end｜>BEGUN',
    ],
    [
      'codestral',
      '[SUFFIX]TAIL\n[PREFIX]+++++ lib/own.py\nHEAD\nBEGUN',
      '[SUFFIX]TAIL\n[PREFIX]+++++ lib/other.py\nx = 1\n+++++ lib/own.py\nHEAD\nBEGUN',
    ],
    [
      'codegemma',
      '<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL\n<|fim_middle|>BEGUN',
      '<|fim_prefix|># lib/other.py\n# x = 1\n\nHEAD\n<|fim_suffix|>TAIL\n<|fim_middle|>BEGUN',
    ],
    [
      'codellama',
      '<PRE> HEAD\n <SUF>TAIL\n <MID>BEGUN',
      '<PRE> # lib/other.py\n# x = 1\n\nHEAD\n <SUF>TAIL\n <MID>BEGUN',
    ],
    [
      'granite',
      '<fim_prefix>HEAD\n<fim_suffix>TAIL\n<fim_middle>BEGUN',
      '<fim_prefix># lib/other.py\n# x = 1\n\nHEAD\n<fim_suffix>TAIL\n<fim_middle>BEGUN',
    ],
    [
      'granite4',
      '<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL\n<|fim_middle|>BEGUN',
      '<|fim_prefix|># lib/other.py\n# x = 1\n\nHEAD\n<|fim_suffix|>TAIL\n<|fim_middle|>BEGUN',
    ],
    [
      'mellum',
      '<filename>lib/own.py\n<fim_suffix>TAIL\n<fim_prefix>HEAD\nBEGUN<fim_middle>',
      '<filename>lib/other.py\nx = 1\n<filename>lib/own.py\n<fim_suffix>TAIL\n<fim_prefix>HEAD\nBEGUN<fim_middle>',
    ],
    [
      'seed-coder',
      '<[fim-suffix]>TAIL\n<[fim-prefix]><filename>lib/own.py\nHEAD\nBEGUN<[fim-middle]>',
      '<[fim-suffix]>TAIL\n<[fim-prefix]><filename>lib/other.py\nx = 1\n<filename>lib/own.py\nHEAD\nBEGUN<[fim-middle]>',
    ],
  ])('%s: to the letter, alone and with another file', (name, alone, together) => {
    expect(prompt(name)).toBe(alone);
    expect(prompt(name, [other])).toBe(together);
  });

  test('the frame is counted', () => {
    const comment = commentOf('python');
    for (const format of Object.values(fimFormats)) {
      for (const context of [[], [other]]) {
        const parts = { path: 'lib/own.py', comment, context };
        const { text } = renderFim({ ...parts, window }, format);
        expect(text.length - frameLength(parts, format)).toBe('HEAD\nBEGUNTAIL\n'.length);
      }
    }
  });

  test('control tokens of a document do not act, and stand in the answer as in the document', () => {
    const spelled = { ...window, head: 'const end = "<|fim_suffix|>";\n' };
    const parts = { path: 'a.ts', comment: commentOf('typescript'), context: [], window: spelled };
    const { text, restore } = renderFim(parts, fimFormats.qwen);
    expect(text.split('<|fim_suffix|>')).toHaveLength(2);
    const copied = /const end = "(.*?)"/.exec(text)?.[1] ?? '';
    expect(restore(copied)).toBe('<|fim_suffix|>');
  });

  test('stops are the tokens of each family', () => {
    expect(fimFormats.codellama.stops).toContain('<EOT>');
    expect(fimFormats.deepseek.stops).toContain('<｜end▁of▁sentence｜>');
    expect(fimFormats.codestral.stops).toEqual(expect.arrayContaining(['[PREFIX]', '[SUFFIX]', '</s>']));
    for (const { stops, controls } of Object.values(fimFormats)) {
      expect(stops.every((stop) => stop.length > 1)).toBe(true);
      expect(controls.every((token) => token.length > 1)).toBe(true);
      // What ends an answer would end the prompt as well.
      expect(stops.filter((stop) => !controls.includes(stop))).toEqual([]);
    }
  });
});

describe('formatFor', () => {
  test.each([
    ['qwen2.5-coder:1.5b', 'qwen'],
    ['Qwen/Qwen3-Coder-30B-A3B-Instruct', 'qwen'],
    ['/models/Qwen2.5-Coder-1.5B-Q8_0.gguf', 'qwen'],
    ['codeqwen:7b', 'qwen'],
    ['codeqwen-1.5', 'starcoder'],
    ['bigcode/starcoder2-3b', 'starcoder2'],
    ['starcoder:1b', 'starcoder'],
    ['stable-code:3b', 'starcoder'],
    ['deepseek-coder-v2:16b', 'deepseek'],
    ['deepseek-ai/DeepSeek-Coder-V2-Lite-Base', 'deepseek'],
    ['codestral:22b', 'codestral'],
    ['google/codegemma-2b', 'codegemma'],
    ['codellama:7b-code', 'codellama'],
    ['granite-code:3b', 'granite'],
    ['granite-4.0-h-tiny', 'granite4'],
    ['JetBrains/Mellum-4b-base', 'mellum'],
    ['ByteDance-Seed/Seed-Coder-8B-Base', 'seed-coder'],
    ['llama3.2', undefined],
    ['gpt-oss-120b', undefined],
    ['qwen3:8b', undefined],
    ['deepseek-chat', undefined],
  ])('%s', (name, format) => {
    expect(formatFor(name)).toBe(format);
  });
});
