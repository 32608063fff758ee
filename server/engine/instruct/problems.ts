/** Instructions that diagnostics answer: remove what is unused, add missing imports, fix what is spelled out. */

import type { Diagnostic } from '../../core/ask.ts';
import { type Edit, map, toEdit } from '../../core/edit.ts';
import { spelledFix } from '../../core/fix/spelled.ts';
import type { Instruction, Outcome, Task } from './instruction.ts';

export const problemInstructions: readonly Instruction[] = [
  {
    pattern:
      /^(?:remove|delete|clean up|drop)\s+(?:all\s+|the\s+)?unused\s+(imports?|variables?|code|declarations?)(?:\s+and\s+(?:variables?|imports?))?$/i,
    follow: (task, match) =>
      fixAll(
        task,
        /unused|never (?:used|read)|not (?:used|accessed)|is assigned/i,
        `Remove unused ${match[1]}`,
      ),
  },
  {
    pattern: /^(?:add|insert)\s+(?:all\s+|the\s+)?missing\s+(?:imports?)$/i,
    follow: (task) =>
      fixAll(
        task,
        /cannot find (?:name|namespace)|not defined|undefined (?:name|variable)/i,
        'Add missing imports',
      ),
  },
  {
    pattern:
      /^fix\s+(?:all\s+|the\s+|these\s+|this\s+|every\s+)*(?:problems?|errors?|warnings?|diagnostics?|issues?|typos?|lint(?:er)?(?: errors?| warnings?| problems?)?|everything)$|^fix (?:it|this|all|them)$/i,
    follow: (task) => fixAll(task, /./, 'Fix what the diagnostics spell out'),
  },
];

function fixAll(task: Task, about: RegExp, summary: string): Outcome {
  const { text, start, end, ask, path, exportsOf } = task;
  const targets = ask.diagnostics.filter(
    (diagnostic) => diagnostic.start <= end && diagnostic.end >= start && about.test(diagnostic.message),
  );
  if (targets.length === 0)
    return {
      cannot:
        'No diagnostic here says what would have to change; set model.url to a model that can find out.',
    };
  const edit = fixesOf(targets, { text, path, exportsOf });
  return edit.length > 0
    ? { edit, summary }
    : {
        cannot:
          'None of the diagnostics here spells out its fix; set model.url to a model that can work it out.',
      };
}

/** The fixes of all targets that have one and do not touch each other. */
export function fixesOf(
  targets: readonly Diagnostic[],
  known: Pick<Task, 'text' | 'path' | 'exportsOf'>,
): Edit {
  let edit: Edit = [];
  for (const diagnostic of [...targets].sort((a, b) => a.start - b.start)) {
    const fix = spelledFix({ diagnostic, ...known });
    // A second fix is kept only where it does not depend on the first.
    if (!fix || !map(fix.edit, edit)) continue;
    edit = toEdit([...edit, ...fix.edit]) ?? edit;
  }
  return edit;
}
