import type { HelloBay, HelloBody } from '../../schema/wire/hello.ts';
import { berthPlace, isolationPlace, liftPlace, slotPlace, vehiclePlace } from '../../schema/wire/places.ts';
import { contractVersion } from '../../schema/wire/topics.ts';
import type { Hello } from '../../schema/wire/uplink.ts';
import { atMs, beat, type Core } from '../core.ts';
import { identityOf } from '../traffic/identity.ts';
import { type Bay, packInFrame, sensorsOf } from '../world/model.ts';
import { socOf } from '../world/pack.ts';
import { readerSees, slotSees } from './labels.ts';

/** The station's whole truth now: places are read from the physical world, not remembered. */
export function helloMessage(core: Core): Hello {
  const { plc, world, clock } = core;
  const body: HelloBody = {
    asOfSeq: plc.journal.lastSeq(),
    oldestSeq: plc.journal.oldestSeq(),
    epoch: plc.epoch,
    firmware: core.options.firmware,
    anchor: { atMs: atMs(core), utc: new Date(Math.floor(clock.wallMs())).toISOString() },
    timeScale: clock.timeScale(),
    beat: beat(core),
    stationPowerLimitW: world.stationLimitW,
    bays: world.bays.map((bay) => helloBay(core, bay)),
    slots: world.slots.map((slot) => {
      const code = world.at.get(slotPlace(slot.slot)) ?? null;
      const pack = code ? world.packs.get(code) : undefined;
      return {
        slot: slot.slot,
        code: slotSees(core, slot.slot, code),
        socPct: pack ? Number(socOf(pack).toFixed(2)) : null,
        charging: slot.charging,
        ready: slot.ready,
      };
    }),
    isolation: Array.from({ length: world.isolationBoxes }, (_, i) => readPlace(core, isolationPlace(i + 1))),
    results: lastResults(core),
    alarms: [...plc.alarms.values()].slice(-64),
  };
  return {
    v: contractVersion,
    station: core.options.id,
    journalId: plc.journalId,
    boot: plc.boot,
    kind: 'hello',
    body,
  };
}

function helloBay(core: Core, bay: Bay): HelloBay {
  const active = [...new Set([...core.plc.motions.values()])]
    .filter((motion) => motion.bay === bay.bay && motion.id !== null)
    .map((motion) => ({ id: motion.id ?? '', type: motion.type }));
  const berths = Array.from({ length: bay.berths }, (_, i) => readPlace(core, berthPlace(bay.bay, i + 1)));
  return {
    bay: bay.bay,
    berths: bay.berths,
    sensors: sensorsOf(bay),
    safety: bay.safety,
    active,
    vehicle: bay.phase === 'inPosition' && bay.announced ? identityOf(core, bay) : null,
    places: [
      ...berths,
      readPlace(core, liftPlace(bay.bay)),
      {
        place: vehiclePlace(bay.bay),
        code: readerSees(core, bay.phase === 'inPosition' ? packInFrame(core.world, bay) : null),
      },
    ],
  };
}

function readPlace(core: Core, place: string) {
  return { place, code: readerSees(core, core.world.at.get(place) ?? null) };
}

function lastResults(core: Core): HelloBody['results'] {
  const results: HelloBody['results'] = [];
  for (const { id, hash, outcome, resultSeq } of core.plc.commands.values()) {
    if (outcome !== null && outcome !== 'conflict' && resultSeq !== null)
      results.push({ id, hash, outcome, seq: resultSeq });
  }
  return results.sort((a, b) => a.seq - b.seq).slice(-64);
}
