import { waitFor } from '../../helpers/wait-for.ts';
import type { Arena } from '../harness/arena.ts';
import { conclude, sendTaxis, settled } from '../harness/driver.ts';
import { act } from '../harness/person.ts';
import type { Service } from '../harness/service.ts';
import { recordOf } from '../harness/spy.ts';

/** The stations restart, and then their whole journal, most of it from the boot before, comes once more. */
export async function replayJournals(arena: Arena, service: Service): Promise<void> {
  await sendTaxis(arena);
  await settled(arena);
  await Promise.all(
    arena.stations.map(async (station) => {
      const booted = arena.spy.next(`${station} to boot`, (seen) => recordOf(seen, 'booted', station));
      await arena.spy.control(station, { type: 'fault', fault: { kind: 'reboot', when: 'now' } });
      await booted;
      await waitFor(`${station} to be greeted`, () => isGreeted(arena, station));
      const again = arena.spy.next(`${station} to repeat itself`, (seen) => recordOf(seen, 'booted', station));
      arena.spy.say(station, { kind: 'resend', fromSeq: 1 });
      await again;
    }),
  );
  await sendTaxis(arena);
  arena.count('journals replayed', arena.stations.length);
  await conclude(arena, service);
}

async function isGreeted(arena: Arena, station: string): Promise<boolean> {
  const [row] = await arena.database.sql<{ seq: number; reconciled: boolean }[]>`
    select seq::float8 as seq, reconciled from station_marks where station = ${station}`;
  return row?.reconciled === true && row.seq >= arena.spy.lastSeq(station);
}

/**
 * The stations have heard a higher epoch than the owner's, as after a database that lost its last commits: the owner makes sure that it
 * still owns them, and goes above.
 */
export async function higherEpoch(arena: Arena, service: Service): Promise<void> {
  for (const station of arena.stations) arena.spy.say(station, { kind: 'ack' }, arena.spy.epoch(station) + 1_000);
  await sendTaxis(arena);
  arena.count('epochs raised', 1);
  await conclude(arena, service);
}

/** A person's wish is committed, and the answer of the database is lost: it counts once, and the person hears that it was done. */
export async function loseAnswerToAction(arena: Arena, service: Service): Promise<void> {
  const station = arena.stations[0] ?? '';
  const before = await holdsIn(arena, station);
  const lost = arena.wire.loseAnswerTo('asked on a bad day');
  const status = await act(arena, service, station, { action: 'hold', reason: 'asked on a bad day' });
  await lost;
  const holds = (await holdsIn(arena, station)) - before;
  if (status !== 202 || holds !== 1)
    throw new Error(`the hold was answered ${status} and stands ${holds} times in the log`);
  await act(arena, service, station, { action: 'resume', reason: 'the day got better' });
  arena.count('answers lost', 1);
  await sendTaxis(arena);
  await conclude(arena, service);
}

async function holdsIn(arena: Arena, station: string): Promise<number> {
  const rows = await arena.database.sql`
    select n from events where station = ${station} and source = 'action' and type = 'hold'`;
  return rows.length;
}

/** Clamping takes longer than its deadline while the shuttle works on beside it: the deadline acts, and the swap still ends. */
export async function slowClamps(arena: Arena, service: Service): Promise<void> {
  const before = await deadlines(arena);
  await Promise.all(
    arena.stations.map((station) =>
      arena.spy.control(station, {
        type: 'fault',
        fault: { kind: 'slow', bay: '1', step: 'positionAndClamp', factor: 30, times: 1 },
      }),
    ),
  );
  await sendTaxis(arena);
  await conclude(arena, service);
  const acted = (await deadlines(arena)) - before;
  if (acted < arena.stations.length) throw new Error(`${acted} deadlines acted instead of ${arena.stations.length}`);
}

async function deadlines(arena: Arena): Promise<number> {
  const rows = await arena.database.sql`
    select id from outbox where type = 'positionAndClamp' and cancelled_at is not null`;
  return rows.length;
}
