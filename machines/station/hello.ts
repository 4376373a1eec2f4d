import type { HelloBay } from '../../schema/wire/hello.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import type { BayState, StationInput, StationState } from '../contract.ts';
import { packAt, slotKey } from '../policy/places.ts';
import { type Awaited, type Finding, reconcile } from '../policy/reconcile.ts';
import { memoryOf, type TrackOwner } from '../track/memory.ts';
import { takeAlarm } from './alarms.ts';
import type { Draft } from './draft.ts';
import { bayContextOf, cycleContextOf } from './live.ts';
import { standingVin } from './records.ts';
import { clearUnread, markUnread, unreadOf } from './unread.ts';
import { isUnreadKey } from './unread-key.ts';

type HelloInput = Extract<StationInput, { source: 'hello' }>;

/** Commands whose result a machine of this station waits for. */
export function awaitedCommands(state: StationState): Awaited[] {
  const found: Awaited[] = [];
  const look = (owner: TrackOwner, bay: string, machine: 'bay' | 'cycle', swap: string | null) => {
    for (const track of ['robot', 'shuttle'] as const) {
      const { last, phase } = memoryOf(owner, track);
      if (last && phase === 'moving') found.push({ bay, machine, track, id: last.id, command: last.command, swap });
    }
  };
  for (const [bay, own] of Object.entries(state.bays)) {
    look(bayContextOf(own), bay, 'bay', null);
    const cycle = cycleContextOf(own);
    if (cycle) look(cycle, bay, 'cycle', cycle.swap);
  }
  return found;
}

/** The station's whole truth: compared with the ledger, and only then may anything move. */
export function takeHello(draft: Draft, { hello, boot, begun }: HelloInput): void {
  if (hello.timeScale !== 1 && !draft.state.simulated) {
    refuseTimeScale(draft, hello.timeScale);
    return;
  }
  const { anchor, timeScale } = hello;
  draft.change({ boot, timeScale, anchor: { utcMs: Date.parse(anchor.utc), atMs: anchor.atMs } });
  const resting = restingSensors(draft.state);
  const awaited = awaitedCommands(draft.state);
  const vins = Object.fromEntries(hello.bays.map(({ bay }) => [bay, standingVin(draft.state, bay)]));
  const view = { state: draft.state, hello, awaited, begun: new Set(begun), vins, resting };
  const { findings, effects } = reconcile(view);
  draft.applyAll(effects);
  takeSlots(draft, hello.slots);
  takeAlarms(draft, hello.alarms);
  takeUnread(draft, findings);
  for (const bay of hello.bays) takeBay(draft, bay, findings);
  for (const finding of findings) report(draft, finding);
  draft.change({ reconciled: true });
}

function refuseTimeScale(draft: Draft, timeScale: number): void {
  const reason = `timeScale ${timeScale} on a station that is not simulated`;
  for (const bay in draft.state.bays) draft.feed(bay, 'bay', { type: 'hold', reason, by: 'system' });
  draft.apply({ kind: 'notify', bay: null, swap: null, code: 'helloRefused', detail: reason });
}

function takeBay(draft: Draft, hello: HelloBay, findings: readonly Finding[]): void {
  const { bay, sensors, safety } = hello;
  for (const machine of ['bay', 'cycle'] as const) draft.feed(bay, machine, { type: 'sensors', sensors });
  draft.feed(bay, 'bay', { type: 'safety', state: safety });
  for (const finding of findings) {
    if (finding.kind === 'sensorDiffers' && finding.bay === bay) {
      hold(draft, bay, `sensor differs: ${finding.device} is ${finding.reads}, was ${finding.was}`);
    }
    if (finding.kind === 'unknownCommand' && finding.bay === bay) hold(draft, bay, `unknown command ${finding.id}`);
    if (finding.kind === 'packDiffers' && (finding.bay === bay || (finding.left === bay && isAtWork(draft.state, bay))))
      hold(draft, bay, `pack differs at ${finding.place}`);
    if (finding.kind === 'motionLost' && finding.awaited.bay === bay) loseMotion(draft, finding.awaited, sensors);
    if (finding.kind === 'vehicleDiffers' && finding.bay === bay) takeVehicle(draft, hello);
  }
  draft.feed(bay, 'bay', { type: 'link.up' });
}

/** A swap is open that has not asked for a person: whoever took a pack out of it did so unasked. */
function isAtWork(state: StationState, bay: string): boolean {
  const own = state.bays[bay];
  const cycle = own ? cycleContextOf(own) : null;
  return cycle !== null && cycle.robot.phase !== 'person' && cycle.shuttle.phase !== 'person';
}

const hold = (draft: Draft, bay: string, reason: string) =>
  draft.feed(bay, 'bay', { type: 'hold', reason, by: 'reconciliation' });

/** The machine hears that nobody knows how its motion ended; sensors or a person will tell. */
function loseMotion(draft: Draft, { bay, machine, track }: Awaited, sensors: BaySensors): void {
  const detail = 'no result, not active';
  draft.feed(bay, machine, { type: `${track}.unknown`, sensors, reason: null, detail, durationMs: 0 });
}

/** A car left while nobody listened, or came. One that stands there half-way through something is a person's matter. */
function takeVehicle(draft: Draft, { bay, vehicle, sensors }: HelloBay): void {
  if (standingVin(draft.state, bay) !== null) {
    draft.feed(bay, 'cycle', { type: 'vehicleLeft' });
    draft.feed(bay, 'bay', { type: 'vehicleLeft' });
  }
  if (!vehicle) return;
  const fresh = sensors.clamps === 'open' && sensors.vehicleLift === 'down' && sensors.exitLight === 'red';
  if (fresh) draft.feed(bay, 'bay', { type: 'vehicleInPosition', vehicle });
  else hold(draft, bay, `car ${vehicle.vin} stands in the bay without a swap`);
}

/** How each bay must read, as far as its cycle knows: after the last result, while the robot has nothing in hand. */
export function restingSensors(state: StationState): Record<string, BaySensors | null> {
  return Object.fromEntries(Object.entries(state.bays).map(([bay, own]) => [bay, restingSensorsOf(own)]));
}

function restingSensorsOf(own: BayState): BaySensors | null {
  const cycle = cycleContextOf(own);
  if (!cycle) return null;
  const { step, phase } = cycle.robot;
  // Before the first motion the cycle only knows how the bay read before the car came.
  if (step === null || step === 'authorise' || step === 'positionAndClamp') return null;
  return phase === 'gate' || phase === 'pause' || phase === 'idle' ? cycle.sensors : null;
}

/** Charge and readiness of each slot as the station has them now. */
function takeSlots(
  draft: Draft,
  slots: readonly { slot: number; socPct: number | null; charging: boolean; ready: boolean }[],
): void {
  for (const { slot, socPct, charging, ready } of slots) {
    if (draft.state.slots[slot]?.charging !== charging) draft.apply({ kind: 'updateSlot', slot, patch: { charging } });
    const facts = packAt(draft.state, slotKey(draft.state.station, slot));
    if (!facts) continue;
    const soc = socPct ?? facts.socPct;
    if (facts.ready === ready && facts.socPct === soc) continue;
    draft.apply({ kind: 'updateBattery', code: facts.code, patch: { ready, socPct: soc } });
  }
}

type Alarms = Parameters<typeof takeAlarm>[1][];
/** A list that is full may be cut: then an alarm that is missing may still be active. */
const fullList = 64;

function takeAlarms(draft: Draft, alarms: Alarms): void {
  const keeper = Object.values(draft.state.bays)[0];
  const known = keeper ? bayContextOf(keeper).alarms.filter(({ key }) => !isUnreadKey(key)) : [];
  for (const alarm of alarms) {
    if (!known.some(({ key, level }) => key === alarm.key && level === alarm.level)) takeAlarm(draft, alarm);
  }
  if (alarms.length >= fullList) return;
  for (const { key, level, pack } of known) {
    if (alarms.some((alarm) => alarm.key === key)) continue;
    takeAlarm(draft, { key, active: false, level, code: 'cleared', place: null, pack, detail: null });
  }
}

/** Every place has been read now: what could not be read is marked, and nothing else is. */
function takeUnread(draft: Draft, findings: readonly Finding[]): void {
  const unread = findings.filter((finding) => finding.kind === 'unreadable');
  for (const { place } of unreadOf(draft.state)) {
    if (!unread.some((each) => each.place === place)) clearUnread(draft, place);
  }
  for (const { place, pack } of unread) markUnread(draft, place, pack, null);
}

function report(draft: Draft, finding: Finding): void {
  if (finding.kind === 'equal' || finding.kind === 'adopted') return;
  const { kind, ...rest } = finding;
  const bay = 'bay' in rest ? rest.bay : null;
  draft.apply({ kind: 'notify', bay, swap: null, code: kind, detail: JSON.stringify(rest).slice(0, 500) });
}
