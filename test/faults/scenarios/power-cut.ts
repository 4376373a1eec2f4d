import type { CycleStep } from '../../helpers/cycle-steps.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import type { Arena } from '../harness/arena.ts';
import { conclude, sendTaxis } from '../harness/driver.ts';
import { attendPanel } from '../harness/person.ts';
import type { Service } from '../harness/service.ts';

export type Moment = 'beforeMotion' | 'inMotion' | 'afterMotion';
export interface Cut {
  step: CycleStep;
  when: Moment;
}

/**
 * One station per cut, all at once: the PLC loses power before, in or after that motion of its swap, for a third of a second. A person
 * at the panel resets and confirms; what no sensor can decide is resolved by a person, and then judged once more.
 */
export async function cutPower(arena: Arena, service: Service, cuts: readonly Cut[]): Promise<void> {
  const stations = arena.stations.slice(0, cuts.length);
  const bootsBefore = await boots(arena);
  await Promise.all(
    cuts.map(({ step, when }, index) =>
      arena.spy.control(stations[index] ?? '', { type: 'fault', fault: { kind: 'powerCut', when, step, forMs: 300 } }),
    ),
  );
  await sendTaxis(arena, stations);
  await Promise.all(
    stations.map(async (station) => {
      await waitFor(
        `${station} to boot again`,
        async () => ((await boots(arena)).get(station) ?? 0) > (bootsBefore.get(station) ?? 0),
        { withinMs: arena.patienceMs, everyMs: 50 },
      );
      await attendPanel(arena, station);
    }),
  );
  arena.count('power cuts', cuts.length);
  await conclude(arena, service);
}

async function boots(arena: Arena): Promise<Map<string, number>> {
  const rows = await arena.database.sql<{ station: string; boot: number }[]>`select station, boot from station_marks`;
  return new Map(rows.map(({ station, boot }) => [station, boot]));
}
