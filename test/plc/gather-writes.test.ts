import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherWrites } from '../../src/plc/gather-writes.ts';

describe('gathered writes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function spy() {
    const said: string[] = [];
    return { said, writes: gatherWrites({ cork: () => said.push('cork'), uncork: () => said.push('uncork') }) };
  }

  it('wait for the command that follows', () => {
    const { said, writes } = spy();
    writes.hold();
    writes.hold();
    expect(said).toEqual(['cork']);
    writes.flush();
    writes.flush();
    vi.advanceTimersByTime(100);
    expect(said).toEqual(['cork', 'uncork']);
  });

  it('do not wait long when none follows, nor until the broker stops', () => {
    const { said, writes } = spy();
    writes.hold();
    vi.advanceTimersByTime(20);
    expect(said).toEqual(['cork', 'uncork']);
    for (let n = 0; n < 8; n++) writes.hold();
    expect(said).toEqual(['cork', 'uncork', 'cork', 'uncork']);
  });
});
