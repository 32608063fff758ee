/**
 * How models that fill in the middle are asked: their control tokens, to the letter, and the order of the parts.
 *
 *   prefix first   context  PREFIX head SUFFIX tail MIDDLE begun ▌
 *   suffix first   SUFFIX tail PREFIX context head begun MIDDLE ▌
 *
 * `begun` is what stands right before the cursor. A prefix-first model is told it as the beginning of its own answer:
 * typing then only adds to the end of the prompt, where otherwise everything behind the prefix would have to be read
 * anew at every key.
 */

export type FimName =
  | 'qwen'
  | 'starcoder'
  | 'starcoder2'
  | 'deepseek'
  | 'codestral'
  | 'codegemma'
  | 'codellama'
  | 'granite'
  | 'granite4'
  | 'mellum'
  | 'seed-coder';

export interface FimFormat {
  readonly name: FimName;
  readonly order: 'prefix-first' | 'suffix-first';
  readonly prefix: string;
  readonly suffix: string;
  /** Empty where the model goes on right behind the prefix. */
  readonly middle: string;
  readonly files: FileMarks;
  /** What a model may write at the end of its answer. */
  readonly stops: readonly string[];
  /** Everything its tokenizer takes for control; texts must not hold them. */
  readonly controls: readonly string[];
}

/** How pieces of other files are written. */
export type FileMarks =
  /** Before the frame; the path of the file itself stands there too, or begins its prefix. */
  | {
      readonly kind: 'marked';
      readonly repository?: string;
      readonly file: string;
      /** Where the marks and pieces stand. */
      readonly place: 'before' | 'in-prefix';
      /** Where the path of the file to be completed stands. */
      readonly own: 'before' | 'in-prefix';
    }
  /** Inside the prefix, each under its path as a comment. */
  | { readonly kind: 'titled' }
  /** Inside the prefix, every line of them as a comment: the model was not taught that there are other files. */
  | { readonly kind: 'commented' };

/** Sources: the models' own cards and papers, named at each. */
export const fimFormats: Readonly<Record<FimName, FimFormat>> = {
  // https://github.com/QwenLM/Qwen2.5-Coder, "Fill in the middle" and "Repository level code completion".
  qwen: format('qwen', {
    order: 'prefix-first',
    tokens: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
    files: {
      kind: 'marked',
      repository: '<|repo_name|>',
      file: '<|file_sep|>',
      place: 'before',
      own: 'before',
    },
    ends: ['<|endoftext|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>', '<|im_start|>', '<|im_end|>'],
  }),
  // https://arxiv.org/abs/2305.06161; also StableCode.
  starcoder: format('starcoder', {
    order: 'prefix-first',
    tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    files: { kind: 'marked', file: '<filename>', place: 'in-prefix', own: 'in-prefix' },
    ends: ['<|endoftext|>', '<fim_pad>', '<filename>', '<reponame>', '<gh_stars>'],
  }),
  // https://arxiv.org/abs/2402.19173, section 5.1.
  starcoder2: format('starcoder2', {
    order: 'prefix-first',
    tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    files: {
      kind: 'marked',
      repository: '<repo_name>',
      file: '<file_sep>',
      place: 'before',
      own: 'in-prefix',
    },
    ends: ['<|endoftext|>', '<fim_pad>', '<file_sep>', '<repo_name>'],
  }),
  // https://github.com/deepseek-ai/DeepSeek-Coder, "Code Insertion" and "Repository Level Code Completion".
  deepseek: format('deepseek', {
    order: 'prefix-first',
    tokens: ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
    files: { kind: 'titled' },
    ends: ['<｜end▁of▁sentence｜>', '<｜begin▁of▁sentence｜>', '<|EOT|>'],
  }),
  // https://docs.mistral.ai, the template of the open weights.
  codestral: format('codestral', {
    order: 'suffix-first',
    tokens: ['[PREFIX]', '[SUFFIX]', ''],
    files: { kind: 'marked', file: '+++++ ', place: 'in-prefix', own: 'in-prefix' },
    ends: ['</s>', '[MIDDLE]', '[INST]', '[/INST]', '<s>'],
  }),
  // https://ai.google.dev/gemma/docs/codegemma, "Fill-in-the-middle".
  codegemma: format('codegemma', {
    order: 'prefix-first',
    tokens: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
    files: { kind: 'commented' },
    ends: ['<|file_separator|>', '<end_of_turn>', '<start_of_turn>', '<eos>', '<bos>'],
  }),
  // https://github.com/meta-llama/codellama; the blanks are part of it.
  codellama: format('codellama', {
    order: 'prefix-first',
    tokens: ['<PRE> ', ' <SUF>', ' <MID>'],
    files: { kind: 'commented' },
    ends: ['<EOT>', '</s>', '<s>', '<PRE>', '<SUF>', '<MID>'],
  }),
  // https://arxiv.org/abs/2405.04324, which takes StarCoder's tokenizer.
  granite: format('granite', {
    order: 'prefix-first',
    tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    files: { kind: 'commented' },
    ends: ['<|end_of_text|>', '<|endoftext|>', '<fim_pad>', '<filename>', '<reponame>'],
  }),
  // The tokenizer of Granite 4: https://huggingface.co/ibm-granite.
  granite4: format('granite4', {
    order: 'prefix-first',
    tokens: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
    files: { kind: 'commented' },
    ends: ['<|end_of_text|>', '<|fim_pad|>', '<|filename|>', '<|reponame|>'],
  }),
  // https://huggingface.co/JetBrains/Mellum-4b-base, "Fill-in-the-middle with additional files as context".
  mellum: format('mellum', {
    order: 'suffix-first',
    tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    files: { kind: 'marked', file: '<filename>', place: 'before', own: 'before' },
    ends: ['<|endoftext|>', '<fim_pad>', '<filename>', '<reponame>'],
  }),
  // https://github.com/ByteDance-Seed/Seed-Coder, "Fill-in-the-Middle".
  'seed-coder': format('seed-coder', {
    order: 'suffix-first',
    tokens: ['<[fim-prefix]>', '<[fim-suffix]>', '<[fim-middle]>'],
    files: { kind: 'marked', file: '<filename>', place: 'in-prefix', own: 'in-prefix' },
    ends: ['<[end▁of▁sentence]>', '<[begin▁of▁sentence]>', '<[PAD▁TOKEN]>', '<filename>'],
  }),
};

/** For a server that writes the tokens itself and does not say which: what any model's tokenizer could take for control. */
export const allControls: readonly string[] = [
  ...new Set(Object.values(fimFormats).flatMap(({ controls }) => controls)),
];

interface Spelling {
  readonly order: FimFormat['order'];
  /** Before the prefix, before the suffix, before the middle. */
  readonly tokens: readonly [string, string, string];
  readonly files: FileMarks;
  readonly ends: readonly string[];
}

function format(name: FimName, { order, tokens, files, ends }: Spelling): FimFormat {
  const [prefix, suffix, middle] = tokens;
  const frame = tokens.map((token) => token.trim()).filter((token) => token !== '');
  const marks = files.kind === 'marked' ? [files.file.trim(), files.repository ?? ''] : [];
  const controls = [...new Set([...frame, ...ends, ...marks])].filter((token) => /^[<[]/.test(token));
  const stops = [...new Set([...ends, ...frame])];
  return { name, order, prefix, suffix, middle, files, stops, controls };
}
