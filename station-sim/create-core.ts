import type { ActiveAlarm, Core, KnownCommand, OutMessage, Plc } from './core.ts';
import { createFaultBoard } from './faults.ts';
import { createPhysicalJournal } from './journal/physical.ts';
import { createSwapMeter } from './journal/swap-meter.ts';
import { type ResolvedOptions, resolveOptions, type SimStationOptions } from './options.ts';
import { createPlcJournal, type JournalRecord } from './plc/journal.ts';
import { createRandom } from './random.ts';
import { createNoStore } from './store/store.ts';
import { createClock } from './world/clock.ts';
import { createEmptyWorld, fillSlots, restoreSection, worldSection } from './world/create-world.ts';

const journalLimits = { keepAckedMs: 15 * 60_000, maxAcked: 4_096, maxRecords: 50_000 };

/** Part of the state that has no section of its own. */
interface SavedPlc {
  boot: number;
  /** Journals this station has had. */
  generation: number;
  journalId: string;
  epoch: number;
  lastSeq: number;
  ackedSeq: number;
  stationLimitW: number;
  taxisMade: number;
  packsMade: number;
  physicalN: number;
  known: [string, string][];
  equipMs: number;
}

export interface CreatedCore {
  core: Core;
  /** False when the state came out of the store: the station has run before. */
  fresh: boolean;
  /** Makes every change durable; comes before anything is handed to the broker. */
  save(): void;
}

/** Builds a station's state: from the store when it has run before, else new from the seed. */
export function createCore(given: SimStationOptions, send: (message: OutMessage) => void): CreatedCore {
  const options = resolveOptions(given, createNoStore);
  const saved = options.store.load();
  const plcState = saved.get('plc') as SavedPlc | undefined;
  const scope = `${options.seed}/${options.id}/${plcState?.boot ?? 0}`;
  const clock = createClock(options.startWallMs, plcState?.equipMs ?? 0, options.timeScale);
  const world = createEmptyWorld(options, clock.equipMs());
  const dirty = new Set<string>();
  const random = {
    steps: createRandom(`${scope}/steps`),
    traffic: createRandom(`${scope}/traffic`),
    packs: createRandom(`${scope}/packs`),
    faults: createRandom(`${scope}/faults`),
  };
  const core: Core = {
    options,
    clock,
    world,
    random,
    plc: createPlc(options, plcState, saved),
    physical: createPhysicalJournal({
      station: options.id,
      keep: options.keepPhysical,
      startAt: plcState?.physicalN ?? 0,
      sink: options.openPhysical?.(plcState?.physicalN ?? 0) ?? null,
    }),
    meter: createSwapMeter(),
    faults: createFaultBoard(options.probabilities, random.faults),
    link: { up: false, breaks: 0, lostUntilMs: 0, send, sentSeq: 0, fruitless: 0, progressMs: clock.wallMs() },
    stats: {
      badMessages: 0,
      arrivals: 0,
      turnedAway: 0,
      exchanged: 0,
      maxPowerW: 0,
      energyWh: 0,
      trafficOn: options.traffic !== 'none',
    },
    touch: (key) => void dirty.add(key),
  };
  if (plcState) restoreWorld(core, plcState, saved);
  else stockWorld(core);
  return { core, fresh: !plcState, save: () => save(core, dirty) };
}

function createPlc(options: ResolvedOptions, saved: SavedPlc | undefined, sections: Map<string, unknown>): Plc {
  const records = valuesOf<JournalRecord>(sections, 'rec/');
  const journal = { records, lastSeq: saved?.lastSeq ?? 0, ackedSeq: saved?.ackedSeq ?? 0 };
  const commands = [...sections].filter(([key]) => key.startsWith('cmd/'));
  return {
    on: false,
    boot: saved?.boot ?? 0,
    bootWallMs: options.startWallMs,
    bootEquipMs: 0,
    generation: saved?.generation ?? 1,
    journalId: saved?.journalId ?? journalIdOf(options, 1),
    epoch: saved?.epoch ?? 0,
    journal: createPlcJournal(journal, journalLimits),
    commands: new Map(commands.map(([key, value]) => [key.slice('cmd/'.length), value as KnownCommand])),
    motions: new Map(),
    known: new Map(saved?.known ?? []),
    alarms: new Map(valuesOf<ActiveAlarm>(sections, 'alarm/').map((alarm) => [alarm.key, alarm])),
  };
}

function journalIdOf(options: ResolvedOptions, generation: number): string {
  const random = createRandom(`${options.seed}/${options.id}/${options.startWallMs}/journal/${generation}`);
  const part = () =>
    Math.floor(random.next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return `${part()}-${part()}`;
}

/**
 * Another journal id, numbers from 1. A replaced controller knows no commands any more; one whose journal was behind the service's still
 * knows what it has done, but has no records of it.
 */
export function replaceJournal(core: Core, commands: 'forgotten' | 'remembered'): void {
  const { plc, link } = core;
  for (let seq = plc.journal.oldestSeq(); seq > 0 && seq <= plc.journal.lastSeq(); seq += 1) core.touch(`rec/${seq}`);
  for (const key of plc.commands.keys()) core.touch(`cmd/${key}`);
  plc.generation += 1;
  plc.journalId = journalIdOf(core.options, plc.generation);
  plc.journal = createPlcJournal({ records: [], lastSeq: 0, ackedSeq: 0 }, journalLimits);
  for (const known of plc.commands.values()) {
    Object.assign(known, { acceptedSeq: null, resultSeq: null, tooLateSeq: null });
  }
  if (commands === 'forgotten') plc.commands.clear();
  link.sentSeq = 0;
  core.touch('plc');
}

function stockWorld(core: Core): void {
  const { world, options, random } = core;
  for (const pack of fillSlots(world, options, random.packs)) {
    core.touch(`pack/${pack.code}`);
    const head = { equipMs: 0, wallMs: options.startWallMs, boot: 0 };
    core.physical.append(head, { kind: 'pack', pack: pack.code, from: null, to: pack.place, commandId: null });
  }
  for (const slot of world.slots) core.touch(`slot/${slot.slot}`);
}

function restoreWorld(core: Core, saved: SavedPlc, sections: Map<string, unknown>): void {
  core.world.stationLimitW = saved.stationLimitW;
  core.world.taxisMade = saved.taxisMade;
  core.world.packsMade = saved.packsMade;
  for (const [key, value] of sections) {
    const [kind = '', id = ''] = splitKey(key);
    restoreSection(core.world, kind, id, value);
  }
}

/** `cmd/` keys hold slashes of their own. */
function splitKey(key: string): [string, string] {
  const at = key.indexOf('/');
  return at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)];
}

function valuesOf<T>(sections: Map<string, unknown>, prefix: string): T[] {
  return [...sections].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value as T);
}

function save(core: Core, dirty: Set<string>): void {
  const { store } = core.options;
  if (dirty.size > 0) {
    dirty.add('plc');
    for (const key of dirty) store.put(key, sectionOf(core, key));
    dirty.clear();
  }
  // In this order: lines without their state are cut off after a kill, a state without its lines would be a gap for ever.
  core.physical.flush();
  store.flush();
}

function sectionOf(core: Core, key: string): unknown {
  const [kind, id] = splitKey(key);
  if (kind === 'plc') return plcSection(core);
  if (kind === 'rec') return core.plc.journal.get(Number(id)) ?? undefined;
  if (kind === 'cmd') return core.plc.commands.get(id);
  if (kind === 'alarm') return core.plc.alarms.get(id);
  return worldSection(core.world, kind, id);
}

function plcSection(core: Core): SavedPlc {
  const { plc, world } = core;
  return {
    boot: plc.boot,
    generation: plc.generation,
    journalId: plc.journalId,
    epoch: plc.epoch,
    lastSeq: plc.journal.lastSeq(),
    ackedSeq: plc.journal.ackedSeq(),
    stationLimitW: world.stationLimitW,
    taxisMade: world.taxisMade,
    packsMade: world.packsMade,
    physicalN: core.physical.lastN(),
    known: [...plc.known],
    equipMs: core.clock.equipMs(),
  };
}
