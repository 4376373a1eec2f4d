import { expect, test } from 'vitest';
import { downlink } from '../../schema/wire/downlink.ts';
import { parseRecord, type StationRecord, telemetryUplink, uplink } from '../../schema/wire/uplink.ts';
import { benchStation } from '../bench/bench-world.ts';
import { createFixedCommands, type FloorEvent } from '../bench/load/fixed-commands.ts';
import type { LoadCounts } from '../bench/load/load.ts';
import { createScriptedStation } from '../bench/load/scripted-station.ts';

const world = { prefix: 'f', stations: 2, slotsPerStation: 60, carsPerStation: 2 };

/** The bench's scripted station and the floor's fixed commands, talking to each other without anything between. */
function talk() {
  const counts: LoadCounts = {
    ...{
      records: 0,
      commands: 0,
      duplicates: 0,
      acks: 0,
      resends: 0,
      hellos: 0,
      swapsDone: 0,
      bytesUp: 0,
      bytesDown: 0,
    },
    swapsLate: 0,
  };
  const up: string[] = [];
  const down: string[] = [];
  const later: (() => void)[] = [];
  const { id, slots, cars } = benchStation(world, 0);
  const station = createScriptedStation({
    id,
    slots,
    cars,
    counts,
    nowMs: () => 0,
    after: (_ms, run) => later.push(() => run(0)),
    sendUp: (payload) => up.push(payload),
    onCommand: () => {},
    onSwapDone: () => {},
  });
  const fixed = createFixedCommands((_topic, payload) => down.push(payload));
  /** Delivers in turn until nothing moves any more. */
  const settle = () => {
    for (let at = { up: 0, down: 0 }; ; ) {
      if (at.up < up.length) fixed.answer(JSON.parse(up[at.up++] as string) as FloorEvent);
      else if (at.down < down.length) station.onDownlink(Buffer.from(down[at.down++] as string));
      else if (later.length > 0) later.shift()?.();
      else return;
    }
  };
  return { station, counts, up, down, settle };
}

test('a swap of the scripted station is made of messages the contract allows', () => {
  const { station, counts, up, down, settle } = talk();
  station.startSwap(0);
  settle();
  expect(counts).toMatchObject({ swapsDone: 1, commands: 14, duplicates: 0, records: 40 });
  expect(station.busy()).toBe(false);
  const records = up.map((payload): StationRecord => {
    const message = uplink.parse(JSON.parse(payload));
    if (message.kind !== 'record') throw new Error(`unexpected ${message.kind}`);
    const parsed = parseRecord(message);
    if (!parsed.ok) throw new Error(`${message.type}: ${parsed.problem}`);
    return parsed.record;
  });
  expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
  for (const payload of down) expect(downlink.safeParse(JSON.parse(payload)).error).toBeUndefined();
});

test('hello, heartbeat and telemetry of the scripted station are as the contract has them', () => {
  const { station, up } = talk();
  station.hello();
  expect(uplink.safeParse(JSON.parse(up[0] as string)).error).toBeUndefined();
  for (const payload of [station.heartbeat(), station.telemetry()]) {
    expect(telemetryUplink.safeParse(JSON.parse(payload)).error).toBeUndefined();
  }
});

test('a command that comes twice is answered with the journaled result and moves nothing', () => {
  const { station, counts, up, down, settle } = talk();
  station.startSwap(0);
  settle();
  const sent = up.length;
  station.onDownlink(Buffer.from(down[0] as string));
  expect(counts.duplicates).toBe(1);
  expect(up.slice(sent).map((payload) => JSON.parse(payload).type)).toEqual(['commandResult']);
});
