import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const marker = 'PITLANE_TEST_RUN';
const open = 'PITLANE_TEST_RUN_OPEN';

/**
 * Marks this process and all it starts, so that at the end of the run whatever is still there can be told from others. Each project of the run calls
 * it; what it returns is called at that project's end, and says whether it was the last: what runs before belongs to others.
 */
export function markRun(): () => boolean {
  process.env[marker] ??= `${process.pid}-${Date.now()}`;
  const count = (by: number) => {
    const now = Number(process.env[open] ?? 0) + by;
    process.env[open] = String(now);
    return now;
  };
  count(1);
  return () => count(-1) === 0;
}

/** The command lines of marked processes that outlived the tests (Linux; elsewhere none are seen). The test runner's own are left out. */
export async function findOrphans(patienceMs = 3000): Promise<string[]> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = markedProcesses();
    if (found.length === 0 || performance.now() > end) return found;
    await sleep(50);
  }
}

function markedProcesses(): string[] {
  const mark = `${marker}=${process.env[marker]}`;
  const found: string[] = [];
  for (const pid of numericNames('/proc')) {
    if (Number(pid) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      if (command && !/vitest|esbuild/.test(command)) found.push(`${pid} ${command}`);
    } catch {
      // Gone, or not ours to read.
    }
  }
  return found;
}

function numericNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
