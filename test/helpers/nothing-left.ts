import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';

/** What a test file may hold while it runs, but must have let go at its end: listening ports, connections, child processes. */
const watched = ['TCPServerWrap', 'TCPSocketWrap', 'PipeServerWrap', 'ProcessWrap'];

const held = (): string[] => process.getActiveResourcesInfo().filter((name) => watched.includes(name));

// Files share a process, one after another: what the one before is still closing is not this one's.
const atStart = held();

function left(): string[] {
  const before = [...atStart];
  return held()
    .filter((name) => {
      const at = before.indexOf(name);
      if (at >= 0) before.splice(at, 1);
      return at < 0;
    })
    .sort();
}

// This file is loaded before the test file, so its hook runs after all of the test file's own.
afterAll(async () => {
  const end = performance.now() + 3000;
  while (left().length > 0 && performance.now() < end) await sleep(25);
  expect(left(), 'this test file leaves something running').toEqual([]);
});
