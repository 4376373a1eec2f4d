import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimStationOptions } from '../../station-sim/options.ts';
import { createFileStore } from '../../station-sim/store/file-store.ts';
import { openPhysicalFile } from '../../station-sim/store/physical-file.ts';
import { createMemoryStore, type StateStore } from '../../station-sim/store/store.ts';
import { followJournals } from '../faults/judge/journal-files.ts';
import { createKit, swapUntil } from './kit.ts';

function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pitlane-sim-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The second process after kill -9 of the first: same store, later clock. */
const later = (store: StateStore): Partial<SimStationOptions> => ({ store, startWallMs: 1_785_000_600_000 });

describe('a simulator killed and started again', () => {
  it('goes on with its journal, its boot counter, its fence, and every pack where it was', () => {
    const store = createMemoryStore();
    const first = createKit({ store });
    const order = swapUntil(first, 'exchange');
    first.send({ kind: 'helloRequest', epoch: 9 });
    const id = first.command(order, { epoch: 9 });
    first.run(9_000);
    const places = first.station.physicalPlaces();
    const last = first.station.core.plc.journal.lastSeq();

    const second = createKit(later(store));
    expect(second.station.physicalPlaces()).toEqual(places);
    expect(second.hellos()[0]).toMatchObject({ epoch: 9, bays: [{ safety: 'awaitingReset', vehicle: {} }] });
    const after = second.records().filter((record) => record.seq > last);
    expect(after[0]).toMatchObject({ seq: last + 1, boot: 2, type: 'booted' });
    expect(second.result(id)?.outcome).toBe('unknown');
    const known = second.station.core.plc.commands.get(id);
    second.command(order, { id, hash: known?.hash, epoch: 9 });
    expect(second.judge().counts.motions).toBe(0);
  });

  it('lets a car that was driving in come to the stops', () => {
    const store = createMemoryStore();
    const first = createKit({ store });
    first.control({ type: 'taxi', bay: '1', vin: null, socPct: 20 });
    first.run(2_000);
    expect(first.station.core.world.bays[0]?.phase).toBe('entering');
    const second = createKit(later(store));
    second.run(30_000);
    expect(second.bodies('vehicleInPosition').length).toBe(1);
  });

  it('finds the same in a file, the torn last line of a killed writer cut off', () => {
    const file = path.join(temporaryFolder(), 'bj-001', 'state.log');
    const first = createKit({ store: createFileStore(file) });
    swapUntil(first, 'lowerPack');
    fs.appendFileSync(file, '["bay/1",{"half":');
    const second = createKit(later(createFileStore(file)));
    expect(second.station.physicalPlaces()).toEqual(first.station.physicalPlaces());
    expect(second.station.core.plc.boot).toBe(2);
    const third = createFileStore(file);
    expect(third.load().size).toBeGreaterThan(100);
    third.close();
  });

  it('writes the physical journal on without a gap', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'physical.jsonl');
    const store = createMemoryStore();
    const first = createKit({ store, openPhysical: openPhysicalFile(file) });
    swapUntil(first, 'lowerPack');
    fs.appendFileSync(file, '{"n": 999999, "kind": "hand"}\n{"n": 10000');
    const second = createKit({ ...later(store), openPhysical: openPhysicalFile(file) });
    second.run(60_000);
    const replay = followJournals(folder).read().get('bj-001');
    expect(replay?.violations).toEqual([]);
    const keyed = [...second.station.physicalPlaces()].map(([code, place]) => [
      code,
      place.startsWith('vehicle/') ? place : `bj-001/${place}`,
    ]);
    expect(new Map(replay?.packs)).toEqual(new Map(keyed as [string, string][]));
  });
});

describe('the file store', () => {
  it('gives back the last value of every key and forgets what was removed', () => {
    const file = path.join(temporaryFolder(), 'state.log');
    const store = createFileStore(file);
    store.put('a', 1);
    store.put('b', { deep: [1, 2] });
    store.put('a', 2);
    store.put('c', 'gone');
    store.put('c', undefined);
    store.flush();
    store.close();
    expect(createFileStore(file).load()).toEqual(
      new Map<string, unknown>([
        ['a', 2],
        ['b', { deep: [1, 2] }],
      ]),
    );
  });

  it('is rewritten when it is large and mostly stale', () => {
    const file = path.join(temporaryFolder(), 'state.log');
    const store = createFileStore(file);
    const text = 'x'.repeat(1_000_000);
    for (let i = 0; i < 20; i += 1) {
      store.put('big', `${text}${i}`);
      store.flush();
    }
    store.close();
    expect(fs.statSync(file).size).toBeLessThan(10_000_000);
    expect(createFileStore(file).load().get('big')).toBe(`${text}19`);
  });
});
