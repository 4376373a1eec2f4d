import { type SimControl, type SimReport, simControl } from '../schema/wire/simulator.ts';
import { maxPayloadBytes } from '../schema/wire/topics.ts';
import type { Will } from '../schema/wire/uplink.ts';
import { applyFault, type LineFaults } from './apply-fault.ts';
import { runChanceFaults } from './chance-faults.ts';
import type { Core, OutMessage } from './core.ts';
import { createCore } from './create-core.ts';
import type { PhysicalJournal } from './journal/physical.ts';
import { createMessageFaults } from './message-faults.ts';
import type { SimStationOptions } from './options.ts';
import { coolAll } from './plc/alarms.ts';
import { runCharging } from './plc/charging.ts';
import { cleanLabels } from './plc/labels.ts';
import { powerOff, powerOn } from './plc/power.ts';
import { breakLink, pump, resendStalled, sendHeartbeat, sendHello, sendTelemetry, willMessage } from './plc/publish.ts';
import { receive } from './plc/receive.ts';
import { pressPanel } from './plc/safety.ts';
import { createRandom } from './random.ts';
import { repairBay } from './repair.ts';
import { arrive, expectNext, startTraffic } from './traffic/arrivals.ts';
import { resumeCars, tryEnter } from './traffic/bay-traffic.ts';

/** A simulated station: PLC, equipment, packs and cars. It has no clock of its own: whoever runs it gives it wall time. */
export interface SimStation {
  id: string;
  /** Runs everything due up to this wall time. Later calls never go back. */
  advanceTo(wallMs: number): void;
  /** Wall time at which it next wants to be advanced. */
  nextEventMs(): number;
  /** A message of the down topic, parsed from JSON. */
  receive(payload: unknown, wallMs: number): void;
  /** A simulator control message, parsed from JSON. The report also goes into the outbox. */
  control(payload: unknown, wallMs: number): SimReport | null;
  /** Messages to publish, in order. They are durable in the station before they are given out. */
  takeOutbox(): OutMessage[];
  /** The broker connection stands and the down topic is subscribed. */
  connected(wallMs: number): void;
  disconnected(wallMs: number): void;
  /** False while power is off or a fault keeps the link down: the connection must then break without a goodbye. */
  wantsLink(): boolean;
  /** Rises when the connection has broken at the station's end, be it only for a moment: one made before is dead. */
  linkBreaks(): number;
  /** The last will of the connection to be made now. */
  will(): Will;
  /** Commands under way. */
  motionsUnderWay(): number;
  /** Every pack in the world → slot/n, bay/b/berth/n, bay/b/lift, isolation/n, or vehicle/VIN. */
  physicalPlaces(): Map<string, string>;
  physical: PhysicalJournal;
  stats(): SimStats;
  /** Power goes for good and the store is closed: a new station on the same store finds everything. */
  close(wallMs: number): void;
  /** For tests and the fault plan, which reach inside. */
  core: Core;
  line: LineFaults;
}

export interface SimStats {
  boot: number;
  equipMs: number;
  arrivals: number;
  turnedAway: number;
  exchanged: number;
  queueing: number;
  readyPacks: number;
  powerW: number;
  maxPowerW: number;
  energyWh: number;
  badMessages: number;
}

export function createSimStation(options: SimStationOptions): SimStation {
  let outbox: OutMessage[] = [];
  const { core, fresh, save } = createCore(options, (message) => up.pass(message));
  const lineRandom = createRandom(`${options.seed}/${options.id}/line`);
  const up = createMessageFaults<OutMessage>(core.clock, lineRandom, (message) => {
    if (core.link.up) outbox.push(fitted(message));
  });
  const down = createMessageFaults<unknown>(core.clock, lineRandom, (payload) => {
    if (core.link.up) receive(core, payload);
  });
  const line: LineFaults = {
    messages(settings) {
      up.set(settings);
      down.set(settings);
    },
    lose(forMs) {
      breakLink(core);
      core.link.lostUntilMs = core.clock.wallMs() + forMs;
      core.clock.afterWall(forMs, () => {});
    },
  };
  begin(core, line, fresh);
  save();

  return {
    id: options.id,
    core,
    line,
    physical: core.physical,
    advanceTo(wallMs) {
      core.clock.advanceTo(wallMs);
      save();
    },
    nextEventMs: () => core.clock.nextEventMs(),
    receive(payload, wallMs) {
      core.clock.advanceTo(wallMs);
      down.pass(payload);
      save();
    },
    control(payload, wallMs) {
      core.clock.advanceTo(wallMs);
      const report = obey(core, line, payload);
      if (report) outbox.push({ topic: 'simReport', message: report });
      save();
      return report;
    },
    takeOutbox() {
      const messages = outbox;
      outbox = [];
      return messages;
    },
    connected(wallMs) {
      core.clock.advanceTo(wallMs);
      connect(core);
      save();
    },
    disconnected(wallMs) {
      core.clock.advanceTo(wallMs);
      core.link.up = false;
      save();
    },
    wantsLink: () => core.plc.on && core.clock.wallMs() >= core.link.lostUntilMs,
    linkBreaks: () => core.link.breaks,
    will: () => willMessage(core),
    motionsUnderWay: () => core.plc.motions.size,
    physicalPlaces: () => placesOf(core),
    stats: () => statsOf(core),
    close(wallMs) {
      core.clock.advanceTo(wallMs);
      powerOff(core);
      save();
      core.options.store.close();
    },
  };
}

/** First power-on, and everything that then goes on for ever. */
function begin(core: Core, line: LineFaults, fresh: boolean): void {
  const { options, clock, random } = core;
  resumeCars(core);
  powerOn(core, 'powerOn', fresh);
  runCharging(core);
  startTraffic(core);
  runChanceFaults(core, line);
  const everySecond = () => {
    if (core.plc.on) {
      if (options.heartbeat && core.link.up) sendHeartbeat(core);
      resendStalled(core);
    }
    clock.afterWall(1_000, everySecond);
  };
  // Stations of one process do not all beat at once.
  clock.afterWall(random.faults.between(0, 1_000), everySecond);
  if (options.telemetryEveryS > 0) {
    const everyPeriod = () => {
      if (core.plc.on && core.link.up) sendTelemetry(core);
      clock.afterWall(options.telemetryEveryS * 1_000, everyPeriod);
    };
    clock.afterWall(options.telemetryEveryS * 1_000, everyPeriod);
  }
}

function connect(core: Core): void {
  const { link, plc, clock } = core;
  if (!plc.on || clock.wallMs() < link.lostUntilMs) return;
  link.up = true;
  link.sentSeq = plc.journal.ackedSeq();
  link.progressMs = clock.wallMs();
  sendHello(core);
  pump(core);
}

/** A hello of a very large station leaves out its oldest results first. */
function fitted(message: OutMessage): OutMessage {
  const { kind, body } = message.message as { kind?: string; body?: { results: unknown[] } };
  if (kind !== 'hello' || !body) return message;
  while (body.results.length > 0 && JSON.stringify(message.message).length > maxPayloadBytes) body.results.shift();
  return message;
}

function obey(core: Core, line: LineFaults, payload: unknown): SimReport | null {
  const parsed = simControl.safeParse(payload);
  if (!parsed.success || parsed.data.station !== core.options.id) {
    core.stats.badMessages += 1;
    return null;
  }
  const problem = act(core, line, parsed.data);
  const { v, station, id } = parsed.data;
  return { v, station, id, ok: problem === null, error: problem };
}

function act(core: Core, line: LineFaults, order: SimControl): string | null {
  switch (order.type) {
    case 'fault':
      return applyFault(core, line, order.fault);
    case 'clearFaults':
      core.faults.clear();
      line.messages({ dropPct: 0, duplicatePct: 0, reorderWithin: 0, delayMs: 0 });
      coolAll(core);
      wipe(core);
      return null;
    case 'speed':
      core.clock.setTimeScale(order.timeScale);
      sendHello(core);
      return null;
    case 'taxi':
      return arrive(core, { bay: order.bay, vin: order.vin, socPct: order.socPct });
    case 'traffic':
      return switchTraffic(core, order.on);
    case 'panel': {
      const bay = core.world.bays.find((candidate) => candidate.bay === order.bay);
      if (!bay) return 'no such bay';
      return pressPanel(core, bay, order.button) ? null : `${order.button} has no effect: the bay is ${bay.safety}`;
    }
    case 'cleanLabels':
      wipe(core);
      return null;
    case 'repair':
      return repairBay(core, order);
  }
}

/** The door is closed again: the station says what it reads now. */
function wipe(core: Core): void {
  if (cleanLabels(core)) sendHello(core);
}

function switchTraffic(core: Core, on: boolean): null {
  const before = core.stats.trafficOn;
  core.stats.trafficOn = on;
  if (on && !before) {
    for (const bay of core.world.bays) {
      if (bay.phase === 'clear') expectNext(core, bay);
      tryEnter(core, bay);
    }
  }
  return null;
}

function placesOf(core: Core): Map<string, string> {
  return new Map([...core.world.at].map(([place, code]) => [code, place]));
}

function statsOf(core: Core): SimStats {
  const { world, stats, plc, clock } = core;
  return {
    boot: plc.boot,
    equipMs: clock.equipMs(),
    arrivals: stats.arrivals,
    turnedAway: stats.turnedAway,
    exchanged: stats.exchanged,
    queueing: [...world.taxis.values()].filter((taxi) => taxi.where === 'queue').length,
    readyPacks: world.slots.filter((slot) => slot.ready).length,
    powerW: world.slots.reduce((sum, slot) => sum + slot.powerW, 0),
    maxPowerW: stats.maxPowerW,
    energyWh: stats.energyWh,
    badMessages: stats.badMessages,
  };
}
