import { waitFor } from '../../helpers/wait-for.ts';
import { judgeBills } from '../judge/bills.ts';
import { judgeLedger, judgeMotions } from '../judge/ledger.ts';
import { mergeVerdicts, type Verdict } from '../judge/verdict.ts';
import type { Arena } from './arena.ts';
import { resolveAll, resumeHeld } from './person.ts';
import { portrait } from './portrait.ts';
import type { Service } from './service.ts';

/** Every station has been greeted by its owner and may be commanded. */
export async function allReconciled(arena: Arena): Promise<void> {
  await waitFor(
    'all stations to be reconciled',
    async () => {
      const [row] = await arena.database.sql<{ count: number }[]>`
        select count(*)::int as count from station_marks
        where reconciled and link_up and station = any(${[...arena.stations]})`;
      return row?.count === arena.stations.length;
    },
    { withinMs: arena.patienceMs },
  );
}

/** A taxi drives up to each of these stations. */
export async function sendTaxis(arena: Arena, stations: readonly string[] = arena.stations): Promise<void> {
  await Promise.all(
    stations.map(async (station) => {
      await arena.spy.control(station, { type: 'taxi', bay: null, vin: null, socPct: null });
      arena.cars.set(station, (arena.cars.get(station) ?? 0) + 1);
    }),
  );
}

/**
 * Nothing is under way any more: every car that was sent has had its swap, or stands behind one that waits for a person; commands are
 * answered and all records committed. With a resumer, people let bays go on that hold. Over bad lines it is enough that a station's records up to the
 * end of its work are committed: packs go on charging, and of their records some are always on the way again.
 */
export async function settled(arena: Arena, resumer?: Service, { badLines = false } = {}): Promise<void> {
  const atItsEnd = new Map<string, number>();
  let last = '';
  let unsettled: string[] = [];
  const probe = async () => {
    const open = await arena.database.sql<{ station: string; what: string }[]>`
      select station, 'swap ' || id as what from swaps where state in ('requested', 'running')
      union all select station, 'command ' || id from outbox where settled_at is null
      union all select station, 'cycle ' || instance from machines m
        where machine = 'cycle' and ended_at is null and not exists (
          select from swaps s where s.id = m.instance and s.state = 'needs-person')`;
    const stations = await arena.database.sql<{ station: string; seq: number; swaps: number; stuck: boolean }[]>`
      select m.station, m.seq::float8 as seq, count(s.id)::int as swaps,
             coalesce(bool_or(s.state = 'needs-person'), false) as stuck
      from station_marks m left join swaps s on s.station = m.station group by m.station, m.seq`;
    const waiting = stations.filter(({ station, swaps, stuck }) => !stuck && swaps < (arena.cars.get(station) ?? 0));
    const busy = new Set([...open, ...waiting].map(({ station }) => station));
    const behind = stations.filter(({ station, seq }) => {
      if (busy.has(station)) atItsEnd.delete(station);
      else if (!atItsEnd.has(station)) atItsEnd.set(station, arena.spy.lastSeq(station));
      return seq < ((badLines ? atItsEnd.get(station) : undefined) ?? arena.spy.lastSeq(station));
    });
    last = JSON.stringify({ open, behind, waiting });
    if (resumer) await resumeHeld(arena, resumer);
    unsettled = [...new Set([...open, ...behind, ...waiting].map(({ station }) => station))];
    return unsettled.length === 0;
  };
  await waitFor('everything to settle', probe, { withinMs: arena.patienceMs, everyMs: 100 }).catch(
    async (error: Error) => {
      const where = `${await portrait(arena, unsettled)}\n${tails(arena)}`;
      throw new Error(`${error.message}; last seen: ${last}\n${where}`, { cause: error.cause });
    },
  );
}

export interface JudgeOptions {
  /** A station was told something that did not fit, and the scenario is about that. */
  refusalsAllowed?: boolean;
  /** Bays may have come to hold. Elsewhere that is a defect: nothing that was asked of them was lost for good. */
  holdsAllowed?: boolean;
}

/** The verdict on everything that has happened in the arena so far. Throws when anything is wrong. */
export async function judge(arena: Arena, options: JudgeOptions = {}): Promise<Verdict> {
  const replays = arena.journals.read();
  const verdict = mergeVerdicts(
    judgeMotions(replays, options),
    await judgeLedger(arena.database.sql, replays),
    await judgeBills(arena.database.url),
  );
  const { violations } = verdict;
  if (violations.length > 0) {
    const said = violations.slice(0, 40).join('\n');
    const named = arena.stations.filter((station) => said.includes(station));
    throw new Error(`${violations.length} violations:\n${said}\n${await portrait(arena, named)}\n${tails(arena)}`);
  }
  arena.judged(verdict);
  return verdict;
}

/**
 * The end of every scenario: all that can end by itself has ended, and is judged; then people see to what needs them, and all is judged once
 * more, with no swap left open.
 */
export async function conclude(arena: Arena, service: Service, options: JudgeOptions = {}): Promise<Verdict> {
  for (;;) {
    await settled(arena, options.holdsAllowed ? service : undefined);
    const verdict = await judge(arena, options);
    const resolved = await resolveAll(arena, service);
    arena.count('resolved by a person', resolved);
    if (resolved === 0) return verdict;
  }
}

/** No service has acknowledged what the database does not have. To be asked when no service runs. */
export async function acknowledgedIsCommitted(arena: Arena): Promise<void> {
  const marks = await arena.database.sql<{ station: string; seq: number }[]>`
    select station, seq::float8 as seq from station_marks`;
  const wrong = marks
    .filter(({ station, seq }) => arena.spy.lastAck(station) > seq)
    .map(({ station, seq }) => `${station}: acknowledged ${arena.spy.lastAck(station)}, committed ${seq}`);
  if (wrong.length > 0) throw new Error(`acknowledged before it was committed:\n${wrong.join('\n')}`);
}

export function tails(arena: Arena): string {
  return [...arena.services(), { name: 'simulator', output: arena.simulator.output }]
    .map(
      ({ name, output }) =>
        `--- ${name}\n${output()
          .split('\n')
          .slice(-12)
          .map((line) => line.slice(0, 300))
          .join('\n')}`,
    )
    .join('\n');
}
