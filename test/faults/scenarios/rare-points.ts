import { waitFor } from '../../helpers/wait-for.ts';
import type { Arena } from '../harness/arena.ts';
import { startForgedStation } from '../harness/forged-station.ts';
import { act } from '../harness/person.ts';
import { seedStations } from '../harness/seed.ts';
import type { Service } from '../harness/service.ts';
import { diesAt } from './kill-service.ts';

/**
 * A station sends a record with a bad body, or never sends one at all. The service dies at the point where it has noticed, and another
 * one goes on: the mark moves past it once, with one line in the log, and what is behind it is taken.
 */
export async function killAtOddRecord(
  arena: Arena,
  running: Service,
  name: 'before-dead-letter' | 'before-skip',
): Promise<Service> {
  await running.kill();
  const station = name === 'before-skip' ? 'fx-001' : 'fx-002';
  await seedStations(arena.database.sql, [station]);
  const forged = await startForgedStation(arena.broker.url, station);
  try {
    const doomed = arena.launch({ faultPoint: { name } });
    forged.append({ seq: 1, type: 'booted', body: { reason: 'powerOn', firmware: 'forged-1' } });
    if (name === 'before-dead-letter') forged.append({ seq: 2, type: 'packRead', body: { place: 'nowhere' } });
    forged.append({ seq: 3, type: 'vehicleEntered', body: { bay: '1' } });
    await diesAt(doomed, name);
    const next = await arena.start();
    await waitFor(`the mark of ${station} to pass the odd record`, async () => (await markOf(arena, station)) === 3, {
      withinMs: 30_000,
    });
    await loggedOnce(arena, station, name);
    return next;
  } finally {
    await forged.end();
  }
}

async function markOf(arena: Arena, station: string): Promise<number> {
  const [row] = await arena.database.sql<{ seq: number }[]>`
    select seq::float8 as seq from station_marks where station = ${station}`;
  return row?.seq ?? 0;
}

async function loggedOnce(arena: Arena, station: string, name: 'before-dead-letter' | 'before-skip'): Promise<void> {
  const type = name === 'before-skip' ? 'skipped' : 'packRead';
  const rows = await arena.database.sql<{ source: string }[]>`
    select source from events where station = ${station} and type = ${type}`;
  const letters = await arena.database.sql`select id from dead_letters where station = ${station}`;
  const wanted = name === 'before-skip' ? 0 : 1;
  if (rows.length !== 1 || letters.length !== wanted) {
    throw new Error(`${station}: ${rows.length} lines of ${type} in the log, ${letters.length} dead letters`);
  }
}

/**
 * A person asks a service that does not own the station; it commits and dies before it can wake the owner. The owner finds out by itself,
 * and the action counts once.
 */
export async function killForeignStep(arena: Arena, owner: Service): Promise<void> {
  const station = arena.stations[0] ?? '';
  const other = await arena.start({ faultPoint: { name: 'foreign-step-before-wake' } });
  await act(arena, other, station, { action: 'hold', reason: 'asked of another process' }).catch(() => 0);
  await diesAt(other, 'foreign-step-before-wake');
  const rows = await arena.database.sql`
    select n from events where station = ${station} and source = 'action' and type = 'hold'`;
  if (rows.length !== 1) throw new Error(`the hold stands ${rows.length} times in the log`);
  await waitFor('the owner to know of the hold', async () => {
    const status = await act(arena, owner, station, { action: 'resume', reason: 'and taken back at the owner' });
    return status === 202;
  });
}
