import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { createDriver } from './driver.ts';

/** Hash of everything a station with faults did and sent in half an hour. */
function play(seed: string, stepMs: number): { records: string; physical: string } {
  const station = createSimStation({
    id: 'bj-001',
    seed,
    traffic: 'flat',
    startWallMs: 1_785_000_000_000,
    timeScale: 10,
    attendantAfterS: 30,
    probabilities: { step: { any: { slow: 0.05 } }, perHour: { overheat: 2 }, perCar: { notReady: 0.02 } },
  });
  const driver = createDriver(station);
  station.connected(1_785_000_000_000);
  for (let ms = stepMs; ms <= 180_000; ms += stepMs) driver.runTo(1_785_000_000_000 + ms);
  const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return { records: hash(driver.records), physical: hash(station.physical.entries()) };
}

describe('a seed', () => {
  it('makes one world: the same messages and the same motions, however it is advanced', () => {
    const first = play('one', 180_000);
    expect(play('one', 180_000)).toEqual(first);
    expect(play('one', 1_000)).toEqual(first);
  });

  it('makes another world than another seed', () => {
    expect(play('two', 180_000).physical).not.toBe(play('one', 180_000).physical);
  });
});
