import type { Arena } from '../harness/arena.ts';
import { conclude, sendTaxis } from '../harness/driver.ts';
import { attendPanel } from '../harness/person.ts';
import type { Service } from '../harness/service.ts';
import { commandOf } from '../harness/spy.ts';

/** All stations lose power at one instant, wherever their swaps are: `kill -9` of the simulator. */
export async function killSimulator(arena: Arena, service: Service): Promise<void> {
  const busy = arena.spy.next('exchange commanded', (seen) => commandOf(seen, 'exchange'));
  await sendTaxis(arena);
  await busy;
  await arena.simulator.kill();
  await arena.simulator.restart();
  await Promise.all(arena.stations.map((station) => attendPanel(arena, station)));
  arena.count('power cuts', arena.stations.length);
  await conclude(arena, service);
}
