import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../harness/arena.ts';
import { conclude, sendTaxis, settled } from '../harness/driver.ts';
import type { Service } from '../harness/service.ts';
import { commandOf, type SimOrder } from '../harness/spy.ts';

/** The broker is killed in the middle of swaps and everything it had stored is wiped; an empty one takes its place. */
export async function crashBroker(arena: Arena, service: Service, awayMs = 300): Promise<void> {
  const busy = arena.spy.next('unlockPack commanded', (seen) => commandOf(seen, 'unlockPack'));
  await sendTaxis(arena);
  await busy;
  await arena.broker.crashAndWipe();
  await sleep(awayMs);
  await arena.broker.restart();
  arena.count('broker crashes', 1);
  await conclude(arena, service);
}

const everywhere = (arena: Arena, order: SimOrder) =>
  Promise.all(arena.stations.map((station) => arena.spy.control(station, order)));

export interface LineFault {
  dropPct: number;
  duplicatePct: number;
  reorderWithin: number;
}

/** Every station's line loses, doubles and reorders messages, both ways. */
export async function disturbLines(arena: Arena, fault: LineFault): Promise<void> {
  await everywhere(arena, { type: 'fault', fault: { kind: 'messages', delayMs: 0, ...fault } });
}

export async function clearLines(arena: Arena): Promise<void> {
  await everywhere(arena, { type: 'clearFaults' });
}

/** Cars are served over bad lines; then the lines are sound again. */
export async function badLines(arena: Arena, service: Service, fault: LineFault): Promise<void> {
  await disturbLines(arena, fault);
  await sendTaxis(arena);
  await settled(arena, service, { badLines: true });
  await clearLines(arena);
  await conclude(arena, service, { holdsAllowed: true });
}

/** The stations' links are lost in the middle of swaps and come back. */
export async function loseLinks(arena: Arena, service: Service, forMs: number): Promise<void> {
  const busy = arena.spy.next('raisePack commanded', (seen) => commandOf(seen, 'raisePack'));
  await sendTaxis(arena);
  await busy;
  await everywhere(arena, { type: 'fault', fault: { kind: 'linkLoss', forMs } });
  arena.count('links lost', arena.stations.length);
  await conclude(arena, service);
}
