import { waitFor } from '../../helpers/wait-for.ts';
import { judgeLedger, judgeMotions, type LedgerOptions } from '../judge/ledger.ts';
import { mergeVerdicts, type Verdict } from '../judge/verdict.ts';
import type { Arena } from './arena.ts';

/** Everything is generous: a deadline that passes is a defect, and a slow machine is not. */
const patienceMs = 60_000;

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
    { withinMs: patienceMs },
  );
}

/** A taxi drives up to each of these stations. */
export async function sendTaxis(arena: Arena, stations: readonly string[] = arena.stations): Promise<void> {
  await Promise.all(
    stations.map((station) => arena.spy.control(station, { type: 'taxi', bay: null, vin: null, socPct: null })),
  );
}

interface Unsettled {
  swaps: number;
  commands: number;
  cycles: number;
}

/** Nothing is under way any more: swaps have ended or wait for a person, commands are answered, all records are committed. */
export async function settled(arena: Arena, leastSwaps = 0): Promise<void> {
  let last = '';
  const probe = async () => {
    const [open] = await arena.database.sql<(Unsettled & { all: number })[]>`
      select (select count(*)::int from swaps where state in ('requested', 'running')) as swaps,
             (select count(*)::int from swaps) as all,
             (select count(*)::int from outbox where settled_at is null) as commands,
             (select count(*)::int from machines m where machine = 'cycle' and ended_at is null and not exists (
                select from swaps s where s.id = m.instance and s.state = 'needs-person')) as cycles`;
    const marks = await arena.database.sql<{ station: string; seq: number }[]>`
      select station, seq::float8 as seq from station_marks`;
    const behind = marks.filter(({ station, seq }) => seq < arena.spy.lastSeq(station));
    last = JSON.stringify({ ...open, behind });
    return open && open.swaps + open.commands + open.cycles + behind.length === 0 && open.all >= leastSwaps;
  };
  await waitFor('everything to settle', probe, { withinMs: patienceMs, everyMs: 100 }).catch((error: Error) => {
    throw new Error(`${error.message}; last seen: ${last}\n${tails(arena)}`);
  });
}

export interface JudgeOptions extends LedgerOptions {
  /** A station was told something that did not fit, and the scenario is about that. */
  refusalsAllowed?: boolean;
}

/** The verdict on everything that has happened in the arena so far. Throws when anything is wrong. */
export async function judge(arena: Arena, options: JudgeOptions = {}): Promise<Verdict> {
  const replays = arena.journals.read();
  const verdict = mergeVerdicts(
    judgeMotions(replays, options),
    await judgeLedger(arena.database.sql, replays, options),
  );
  if (verdict.violations.length > 0) {
    throw new Error(
      `${verdict.violations.length} violations:\n${verdict.violations.slice(0, 40).join('\n')}\n${tails(arena)}`,
    );
  }
  arena.judged(verdict);
  return verdict;
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
    .map(({ name, output }) => `--- ${name}\n${output().split('\n').slice(-25).join('\n')}`)
    .join('\n');
}
