/** `whittle replay TRACE`: what was recorded, played again, and whether the same came of it. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Console, ExitCode } from './console.ts';
import { unreadableBecause } from './file.ts';
import { playAgain } from './replay/play.ts';
import { readTrace } from './replay/read-trace.ts';

export async function replay(
  file: string,
  { folder, print: printed, paint, complain }: Console,
): Promise<ExitCode> {
  const print = (line: string) => printed(paint.text(line));
  let text: string;
  try {
    text = await readFile(path.resolve(folder, file), 'utf8');
  } catch (error) {
    complain(unreadableBecause(file, error));
    return 2;
  }
  const { sessions, broken } = readTrace(text);
  if (sessions.length === 0) {
    complain(
      `${file} holds no trace: set \`log.level\` to "trace" and \`log.file\` to a file, and use that.`,
    );
    return 2;
  }
  let differences = broken;
  if (broken > 0) print(`${broken} lines of the trace cannot be read.`);
  for (const session of sessions) {
    const { answers, divergences } = await playAgain(session);
    print(
      `session ${session.name}: ${session.settings.model.name || 'unnamed model'}, ${count(answers.length, 'request')}`,
    );
    for (const { number, task, text: said, outcome, line } of answers) {
      print(`  request ${number}: ${line === '' ? `${task} ${outcome || 'without an end'}` : line}`);
      for (const each of said === '' ? [] : said.split('\n')) print(`  │ ${each}`);
    }
    for (const each of divergences) print(`  !!  ${each}`);
    if (divergences.length === 0) print('  ok  the same was sent and the same came of it');
    differences += divergences.length;
  }
  return differences === 0 ? 0 : 4;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
