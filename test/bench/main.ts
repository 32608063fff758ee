/** `npm run bench`: budgets beside measurements, as ratios to a baseline of the same run. Names choose parts. */

import { benchActions } from './actions/index.ts';
import { benchChange } from './change.ts';
import { benchCompletion } from './completion/index.ts';
import { modelArgument } from './completion/model.ts';
import { runModelProcess } from './completion/model-process.ts';
import { benchContext } from './context.ts';
import { benchGuard } from './edits/guard.ts';
import { benchEdits } from './edits.ts';
import { benchEngine } from './engine.ts';
import { benchFixes } from './fixes/index.ts';
import { benchGateway } from './gateway/index.ts';
import { benchIndex } from './index.ts';
import { benchLatency } from './latency.ts';
import { benchNextEdit } from './next-edit.ts';
import { benchQuality } from './quality.ts';
import { benchAsk, benchSession } from './session/index.ts';
import { benchStart } from './start.ts';
import type { Print } from './statistics.ts';

interface Options {
  readonly quick: boolean;
  /** `--part NAME`: that part of the bench alone, where it has parts. */
  readonly part: string | undefined;
  readonly peers: string | undefined;
}

type Part = (root: string, print: Print, data: string | undefined, options: Options) => Promise<void>;

const parts: Readonly<Record<string, Part>> = {
  start: (root, print) => benchStart(root, print),
  latency: (root, print) => benchLatency(root, print),
  engine: (_root, log, data) => benchEngine(data === undefined ? { log } : { log, data: [data] }),
  edits: async (_root, log, data) => void benchEdits(data === undefined ? { log } : { log, data }),
  nextedit: (_root, print, data) => benchNextEdit(print, data),
  guard: (root, print, data) => benchGuard(root, print, data),
  fixes: (root, print, data) => benchFixes(root, print, data),
  index: (root, print, data) => benchIndex(root, print, data),
  gateway: (root, print) => benchGateway(root, print),
  quality: (root, print, data) => benchQuality(root, print, data),
  context: (_root, print, data) => benchContext(data ?? 'server', print),
  change: async (_root, print) => benchChange(print),
  session: (root, print, _data, { quick, part }) => benchSession(root, print, { quick, part }),
  ask: (root, print, _data, { quick }) => benchAsk(root, print, { quick }),
  actions: (root, print, _data, options) => benchActions(root, print, options),
  completion: (root, print, _data, options) => benchCompletion(root, print, options),
};

export async function bench(args: readonly string[], root: string): Promise<void> {
  const following = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const data = following('--data');
  const options = {
    quick: args.includes('--quick'),
    part: following('--part'),
    peers: following('--peers'),
  };
  const isValue = (index: number) => ['--data', '--part', '--peers'].includes(args[index - 1] ?? '');
  const names = args.filter((arg, index) => !arg.startsWith('--') && !isValue(index));
  const print: Print = (line) => process.stdout.write(`${line}\n`);
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    print(`There is no benchmark ${unknown}; there are ${Object.keys(parts).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  for (const [name, part] of Object.entries(parts))
    if (names.length === 0 || names.includes(name)) await part(root, print, data, options);
}

if (process.argv.includes(modelArgument)) runModelProcess();
