/** Which format a model was taught, told by its name: as registries, files and servers spell them. */

import type { FimName } from './format.ts';

/** More telling names first. Each was checked against the names its makers publish under. */
const families: readonly (readonly [RegExp, FimName])[] = [
  [/seed-?coder/, 'seed-coder'],
  [/mellum/, 'mellum'],
  [/codestral|devstral/, 'codestral'],
  [/code-?gemma/, 'codegemma'],
  [/code-?llama/, 'codellama'],
  [/deepseek-?coder/, 'deepseek'],
  [/granite-?4/, 'granite4'],
  [/granite/, 'granite'],
  [/star-?coder-?2/, 'starcoder2'],
  [/star-?coder|stable-?code|santacoder/, 'starcoder'],
  // CodeQwen 1.5 has the tokens of StarCoder, Qwen 2.5 and 3 those of their own.
  [/codeqwen-?1/, 'starcoder'],
  [/qwen.*coder|codeqwen|qwen-?3(?:\.\d)?-?next/, 'qwen'],
];

/** Nothing where the name tells no family that fills in the middle. */
export function formatFor(modelName: string): FimName | undefined {
  const name = modelName
    .slice(0, 200)
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return families.find(([pattern]) => pattern.test(name))?.[1];
}
