import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../harness/arena.ts';
import { judge, sendTaxis, settled } from '../harness/driver.ts';
import { commandOf } from '../harness/spy.ts';
import type { Verdict } from '../judge/verdict.ts';
import { countSwaps } from './kill-service.ts';

/** The broker is killed in the middle of swaps and everything it had stored is wiped; an empty one takes its place. */
export async function crashBroker(arena: Arena, awayMs = 500): Promise<Verdict> {
  const before = await countSwaps(arena);
  const busy = arena.spy.next('unlockPack commanded', (seen) => commandOf(seen, 'unlockPack'));
  await sendTaxis(arena);
  await busy;
  await arena.broker.crashAndWipe();
  await sleep(awayMs);
  await arena.broker.restart();
  await settled(arena, before + arena.stations.length);
  return judge(arena);
}

/** Every station's line loses, doubles and reorders messages both ways while cars are served; then it is sound again. */
export async function badLines(
  arena: Arena,
  fault: { dropPct: number; duplicatePct: number; reorderWithin: number; delayMs?: number },
  cars = 1,
): Promise<Verdict> {
  const before = await countSwaps(arena);
  const messages = { kind: 'messages', delayMs: 0, ...fault } as const;
  const everywhere = (order: Parameters<Arena['spy']['control']>[1]) =>
    Promise.all(arena.stations.map((station) => arena.spy.control(station, order)));
  await everywhere({ type: 'fault', fault: messages });
  for (let car = 0; car < cars; car += 1) await sendTaxis(arena);
  await settled(arena, before + cars * arena.stations.length);
  await everywhere({ type: 'clearFaults' });
  await settled(arena);
  return judge(arena);
}

/** The stations' links are lost in the middle of swaps and come back. */
export async function loseLinks(arena: Arena, forMs: number): Promise<Verdict> {
  const before = await countSwaps(arena);
  const busy = arena.spy.next('raisePack commanded', (seen) => commandOf(seen, 'raisePack'));
  await sendTaxis(arena);
  await busy;
  await Promise.all(
    arena.stations.map((station) => arena.spy.control(station, { type: 'fault', fault: { kind: 'linkLoss', forMs } })),
  );
  await settled(arena, before + arena.stations.length);
  return judge(arena);
}
