/** HumanEvalFix as `humanevalfix/LANGUAGE.jsonl`: bugs with the right text and tests (MIT, bigcode-project/octopack). */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

export interface Bug {
  readonly language: 'javascript' | 'python' | 'rust';
  /** A name of its own, which the model under test finds its answer by. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Runs the code and complains where it is wrong. */
  readonly test: string;
}

const files = [
  { name: 'js', language: 'javascript', ending: 'js' },
  { name: 'python', language: 'python', ending: 'py' },
  { name: 'rust', language: 'rust', ending: 'rs' },
] as const;

const line = z.object({
  task_id: z.string(),
  declaration: z.string(),
  buggy_solution: z.string(),
  canonical_solution: z.string(),
  test: z.string(),
});

/** Those of the languages that the folder has. */
export function readBugs(folder: string): readonly Bug[] {
  return files.flatMap(({ name, language, ending }) => {
    const file = path.join(folder, `${name}.jsonl`);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((each) => each !== '')
      .map((each, index): Bug => {
        const read = line.parse(JSON.parse(each));
        return {
          language,
          file: `bug${index}x.${ending}`,
          before: read.declaration + read.buggy_solution,
          after: read.declaration + read.canonical_solution,
          test: read.test,
        };
      });
  });
}
