/** What models put around their thoughts where their server leaves those in the answer, at its beginning. */

export interface ThoughtMark {
  readonly open: string;
  readonly close: string;
}

/** DeepSeek, Qwen and most others; those that were told to by their prompt; Magistral; Seed-OSS; Kimi. */
export const thoughtMarks: readonly ThoughtMark[] = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: '<thought>', close: '</thought>' },
  { open: '<reasoning>', close: '</reasoning>' },
  { open: '[THINK]', close: '[/THINK]' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '◁think▷', close: '◁/think▷' },
];
