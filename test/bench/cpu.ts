import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time in ms, user and system, of a process and all its descendants. From `/proc/<pid>/task/<tid>/schedstat`, which counts in
 * nanoseconds (`stat` counts in hundredths of a second: too coarse for a short window). A process that ended and was waited for
 * counts with what its parent's `stat` has for it, so that the sum never falls.
 */
export function cpuMsOfTree(root: number): number {
  const children = childrenByParent();
  let ms = endedChildrenMs(root);
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    ms += ownMs(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return ms;
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statFields(Number(name))?.[1]);
    if (parent) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function ownMs(pid: number): number {
  let ns = 0;
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]);
    }
  } catch {
    // Ended meanwhile: from now on its parent counts it.
  }
  return ns / 1e6;
}

function endedChildrenMs(pid: number): number {
  const fields = statFields(pid);
  const msPerTick = 10;
  return fields ? (Number(fields[13]) + Number(fields[14])) * msPerTick : 0;
}

/** Fields of `stat` behind the name, which may itself hold blanks and brackets: state, parent, … */
function statFields(pid: number): string[] | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Resident memory of one process, MB. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kb === undefined ? 0 : Math.round(Number(kb) / 1024);
}
