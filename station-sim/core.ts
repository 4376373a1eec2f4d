import type { CommandOutcome, CommandType } from '../schema/wire/commands.ts';
import type { EventBody } from '../schema/wire/events.ts';
import type { FaultBoard } from './faults.ts';
import type { PhysicalFact, PhysicalJournal } from './journal/physical.ts';
import type { Instant, SwapMeter } from './journal/swap-meter.ts';
import type { ResolvedOptions } from './options.ts';
import type { PlcJournal } from './plc/journal.ts';
import type { Motion } from './plc/motion.ts';
import type { Random } from './random.ts';
import type { Clock } from './world/clock.ts';
import type { Bay, World } from './world/model.ts';

/** A message for the broker. Up is QoS 1, telemetry QoS 0. */
export interface OutMessage {
  topic: 'up' | 'telemetry' | 'simReport';
  message: unknown;
}

/** What the PLC knows of a command: for ever the same answer to the same id. */
export interface KnownCommand {
  id: string;
  hash: string;
  bay: string;
  type: CommandType | 'cancelled';
  state: 'running' | 'done';
  acceptedSeq: number | null;
  resultSeq: number | null;
  outcome: CommandOutcome | null;
  /** Until when a late repeat could still begin a motion, were the id forgotten. */
  validity: { boot: number; untilBeat: number };
  /** Record that told a cancel it came too late. */
  tooLateSeq: number | null;
}

export interface ActiveAlarm extends EventBody<'alarm'> {}

export interface Plc {
  /** Power is on and the program runs. */
  on: boolean;
  boot: number;
  bootWallMs: number;
  bootEquipMs: number;
  /** Journals this station has had; each has its own id. */
  generation: number;
  journalId: string;
  /** Highest epoch ever heard. */
  epoch: number;
  journal: PlcJournal;
  commands: Map<string, KnownCommand>;
  /** One per occupied mover: `1/robot`, `1/shuttle`. */
  motions: Map<string, Motion>;
  alarms: Map<string, ActiveAlarm>;
  /** Pack last read at each berth, lift and frame, as far as no later reading elsewhere took it away. */
  known: Map<string, string>;
}

/** Everything one station is made of; the modules of `plc`, `world` and `traffic` are functions over it. */
export interface Core {
  options: ResolvedOptions;
  clock: Clock;
  world: World;
  plc: Plc;
  physical: PhysicalJournal;
  meter: SwapMeter;
  faults: FaultBoard;
  random: { steps: Random; traffic: Random; packs: Random; faults: Random };
  link: Link;
  stats: Stats;
  /** Marks a section of the state for the next flush: `plc`, `bay/1`, `pack/<code>`, `slot/17`, `taxi/<vin>`. */
  touch(key: string): void;
}

export interface Link {
  /** The broker connection stands and the down topic is subscribed. */
  up: boolean;
  /** How often it broke at the station's end: a connection made before the last break is dead. */
  breaks: number;
  /** Wall time until which a fault keeps the link down. */
  lostUntilMs: number;
  send(message: OutMessage): void;
  /** Highest record handed to this connection. */
  sentSeq: number;
  /** Repeats since the service was last heard. */
  fruitless: number;
  /** Wall time of the last progress of the acknowledgement. */
  progressMs: number;
}

export interface Stats {
  badMessages: number;
  arrivals: number;
  turnedAway: number;
  exchanged: number;
  maxPowerW: number;
  energyWh: number;
  trafficOn: boolean;
}

export function noteFact(core: Core, fact: PhysicalFact): void {
  core.physical.append({ equipMs: core.clock.equipMs(), wallMs: core.clock.wallMs(), boot: core.plc.boot }, fact);
}

/** For the swap's measure: the equipment's own time, and when the line carries what happens now. */
export const instantOf = ({ clock }: Core): Instant => ({ equipMs: clock.equipMs(), wallMs: clock.presentMs() });

/** Equipment milliseconds since boot, as records carry it. */
export function atMs(core: Core): number {
  return Math.max(0, Math.floor(core.clock.equipMs() - core.plc.bootEquipMs));
}

/** Wall seconds since boot. */
export function beat(core: Core): number {
  return Math.max(0, Math.floor((core.clock.wallMs() - core.plc.bootWallMs) / 1000));
}

export function bayOf(core: Core, id: string): Bay {
  const bay = core.world.bays.find((candidate) => candidate.bay === id);
  if (!bay) throw new Error(`no bay ${id}`);
  return bay;
}
