import type { Arena } from '../harness/arena.ts';
import { judge, sendTaxis, settled } from '../harness/driver.ts';
import { attendPanel, resolveAll } from '../harness/person.ts';
import type { Service } from '../harness/service.ts';
import { commandOf } from '../harness/spy.ts';
import type { Verdict } from '../judge/verdict.ts';
import { countSwaps } from './kill-service.ts';

/** All stations lose power at one instant, wherever their swaps are: `kill -9` of the simulator. */
export async function killSimulator(arena: Arena, service: Service): Promise<Verdict> {
  const before = await countSwaps(arena);
  const busy = arena.spy.next('exchange commanded', (seen) => commandOf(seen, 'exchange'));
  await sendTaxis(arena);
  await busy;
  await arena.simulator.kill();
  await arena.simulator.restart();
  await Promise.all(arena.stations.map((station) => attendPanel(arena, station)));
  await settled(arena, before + arena.stations.length);
  await judge(arena, { handsOn: true });
  const resolved = await resolveAll(arena, service);
  await settled(arena);
  const verdict = await judge(arena, { handsOn: true });
  return { ...verdict, examined: { ...verdict.examined, 'resolved by a person': resolved } };
}
