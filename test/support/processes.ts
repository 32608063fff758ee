/** Processes of this machine, to see that none is left behind. Linux only: reads `/proc`. */

import { readdirSync, readFileSync } from 'node:fs';

/** The process ids below `pid`, children first. */
export function descendants(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const queue = [...(children.get(pid) ?? [])];
  for (const one of queue) {
    found.push(one);
    queue.push(...(children.get(one) ?? []));
  }
  return found;
}

/** Waits until none of them runs any more; the ones that still do when patience ends. */
export async function survivors(pids: readonly number[], patienceMs: number): Promise<readonly number[]> {
  const end = Date.now() + patienceMs;
  let alive = pids.filter(isAlive);
  // Processes of others tell nobody when they end: looking again is all there is.
  while (alive.length > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    alive = alive.filter(isAlive);
  }
  return alive;
}

function isAlive(pid: number): boolean {
  const fields = status(pid);
  return fields !== undefined && fields.state !== 'Z';
}

function parentOf(pid: number): number | undefined {
  return status(pid)?.parent;
}

function status(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    // The program's name, in parentheses, may hold spaces and parentheses itself.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]) };
  } catch {
    return undefined; // it ended meanwhile
  }
}
