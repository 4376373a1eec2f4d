import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';

/** What a test file may hold while it runs, but must have let go at its end: listening ports, connections, child processes. */
const watched = ['TCPServerWrap', 'TCPSocketWrap', 'PipeServerWrap', 'ProcessWrap'];

function held(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => watched.includes(name))
    .sort();
}

const atStart = held();

// This file is loaded before the test file, so its hook runs after all of the test file's own.
afterAll(async () => {
  const end = performance.now() + 3000;
  while (held().length > atStart.length && performance.now() < end) await sleep(25);
  expect(held(), 'this test file leaves something running').toEqual(atStart);
});
