import type { Sql } from 'postgres';
import { type CommandType, moverOf } from '../../../schema/wire/commands.ts';
import type { StationReplay } from './physical.ts';
import { mergeVerdicts, type Verdict } from './verdict.ts';

type Replays = ReadonlyMap<string, StationReplay>;
type Check = (sql: Sql, replays: Replays) => Promise<Verdict>;

/** Compares the whole ledger with what physically happened. To be asked when everything has settled. */
export async function judgeLedger(sql: Sql, replays: Replays): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const check of checks) verdicts.push(await check(sql, replays));
  return mergeVerdicts(...verdicts);
}

/** Every pack is where the ledger says, and the ledger knows every pack of a station. */
const custodyIsPhysical: Check = async (sql, replays) => {
  const rows = await sql<{ pack: string; kind: string; place: string }[]>`select pack, kind, place from custody`;
  const violations: string[] = [];
  const ledger = new Map(rows.map((row) => [row.pack, row]));
  if (ledger.size !== rows.length) violations.push('a pack has more than one custody row');
  const physical = new Map([...replays.values()].flatMap((replay) => [...replay.packs]));
  for (const { pack, kind, place } of rows) {
    const really = physical.get(pack);
    // An honest "unknown" is no lie; that it has an open incident is checked below.
    if (kind !== 'unknown' && really !== place) violations.push(`pack ${pack}: ledger ${place}, really ${really}`);
  }
  let compared = rows.length;
  for (const [pack, place] of physical) {
    if (ledger.has(pack) || place.startsWith('vehicle/')) continue;
    compared += 1;
    violations.push(`pack ${pack} is at ${place}, and the ledger does not know it`);
  }
  return { examined: { packs: compared }, violations };
};

/** The rows of a pack's moves form one chain that ends where the pack is. */
const movesAreOneChain: Check = async (sql) => {
  const rows = await sql<{ pack: string; version: number; fromPlace: string | null; toPlace: string }[]>`
    select pack, version::float8 as version, from_place as "fromPlace", to_place as "toPlace"
    from custody_moves order by pack, version`;
  const heads = await sql<{ pack: string; version: number; place: string }[]>`
    select pack, version::float8 as version, place from custody`;
  const violations: string[] = [];
  const last = new Map<string, { version: number; place: string }>();
  for (const { pack, version, fromPlace, toPlace } of rows) {
    const before = last.get(pack) ?? { version: 0, place: null };
    if (version !== before.version + 1) violations.push(`pack ${pack}: move ${version} follows ${before.version}`);
    if (fromPlace !== before.place)
      violations.push(`pack ${pack}: move ${version} from ${fromPlace}, but it was at ${before.place}`);
    last.set(pack, { version, place: toPlace });
  }
  for (const { pack, version, place } of heads) {
    const end = last.get(pack);
    if (end?.version !== version || end.place !== place) {
      violations.push(`pack ${pack}: custody ${version} at ${place}, last move ${end?.version} to ${end?.place}`);
    }
  }
  return { examined: { 'custody moves': rows.length }, violations };
};

const packsOfUnknownPlaceHaveAnIncident: Check = async (sql) => {
  const rows = await sql<{ pack: string }[]>`
    select pack from custody c where kind = 'unknown'
      and not exists (select 1 from incidents i where i.closed_at is null and i.packs ? c.pack)`;
  return { examined: {}, violations: rows.map(({ pack }) => `pack ${pack} is unknown without an open incident`) };
};

const swapsHaveEnded: Check = async (sql) => {
  const [all] = await sql<{ count: number }[]>`select count(*)::int as count from swaps`;
  const open = await sql<{ id: string; state: string }[]>`
    select id, state from swaps where state not in ('completed', 'rolled-back', 'refused', 'needs-person')`;
  const steps = await sql<{ swap: string; step: string }[]>`
    select s.swap, s.step from swap_steps s join swaps w on w.id = s.swap
    where s.result = 'running' and w.state in ('completed', 'rolled-back', 'refused')`;
  return {
    examined: { swaps: all?.count ?? 0 },
    violations: [
      ...open.map(({ id, state }) => `swap ${id} is ${state}`),
      ...steps.map(({ swap, step }) => `swap ${swap} has ended with ${step} running`),
    ],
  };
};

/** A car with a completed swap left with another pack, and the other way round. */
const swapsAreExchanges: Check = async (sql, replays) => {
  const rows = await sql<{ key: string; count: number }[]>`
    select station || ' ' || vin as key, count(*)::int as count from swaps where state = 'completed' group by 1`;
  const ledger = new Map(rows.map(({ key, count }) => [key, count]));
  const seen = new Map<string, number>();
  for (const { station, exchanges } of replays.values()) {
    for (const vin of exchanges()) seen.set(`${station} ${vin}`, (seen.get(`${station} ${vin}`) ?? 0) + 1);
  }
  const violations = [...new Set([...ledger.keys(), ...seen.keys()])]
    .filter((key) => ledger.get(key) !== seen.get(key))
    .map((key) => `${key}: ${ledger.get(key) ?? 0} completed swaps, ${seen.get(key) ?? 0} exchanges`);
  return { examined: { exchanges: [...seen.values()].reduce((sum, count) => sum + count, 0) }, violations };
};

interface OutboxRow {
  id: string;
  type: CommandType;
  state: string;
  outcome: string | null;
}

/** Each command moved at most once, each motion was commanded, and the ledger knows how each command ended. */
const commandsAreMotions: Check = async (sql, replays) => {
  const rows = await sql<OutboxRow[]>`
    select id, type, state, result ->> 'outcome' as outcome from outbox`;
  const violations: string[] = [];
  const motions = new Map([...replays.values()].flatMap((replay) => [...replay.motions]));
  const known = new Set<string>();
  for (const row of rows) {
    known.add(row.id);
    if (['queued', 'sent', 'accepted'].includes(row.state)) violations.push(`command ${row.id} is still ${row.state}`);
    if (moverOf[row.type] === 'none') continue;
    const begun = motions.get(row.id)?.begun ?? 0;
    const wanted = begunBy(row);
    if (wanted !== null && begun !== wanted) {
      violations.push(`command ${row.id} is ${row.state} (${row.outcome}) and moved ${begun} times`);
    }
  }
  for (const [id, { motion, begun }] of motions) {
    if (!known.has(id)) violations.push(`${motion} of ${id} was never decided`);
    if (begun > 1) violations.push(`${motion} of ${id} began ${begun} times`);
  }
  return { examined: { commands: rows.length, motions: motions.size }, violations };
};

/** How often a command with this end must have moved; null: not said by the end. */
function begunBy({ state, outcome }: OutboxRow): number | null {
  if (outcome === 'completed' || outcome === 'failed') return 1;
  // Accepted, and then power failed: before the motion or in it.
  if (outcome === 'unknown') return null;
  if (outcome === 'expired' || outcome === 'refused' || outcome === 'cancelled') return 0;
  return state === 'completed' ? 1 : null;
}

/** Per station 1, 2, … up to the mark's counter, and each journal record at most once. */
const logHasNoGap: Check = async (sql) => {
  const rows = await sql<{ station: string; count: number; least: number; most: number; counter: number }[]>`
    select m.station, count(e.n)::int as count, coalesce(min(e.n), 1)::float8 as least,
           coalesce(max(e.n), 0)::float8 as most, m.event_n::float8 as counter
    from station_marks m left join events e on e.station = m.station group by m.station, m.event_n`;
  const twice = await sql<{ station: string; seq: number; count: number }[]>`
    select station, seq::float8 as seq, count(*)::int as count from events
    where source = 'record' group by station, journal_id, seq having count(*) > 1`;
  const violations = rows
    .filter((row) => row.least !== 1 || row.most !== row.counter || row.count !== row.counter)
    .map((row) => `${row.station}: ${row.count} events numbered ${row.least} to ${row.most}, counter ${row.counter}`);
  for (const { station, seq, count } of twice) violations.push(`${station}: record ${seq} is logged ${count} times`);
  return { examined: { events: rows.reduce((sum, row) => sum + row.count, 0) }, violations };
};

/**
 * A timer that fires did something: what nothing waits for any more is cancelled in the commit that ended the waiting. Only one that comes
 * with a new owner, before the station has said hello, meets a clock that has just been stopped.
 */
const timersAreAwaited: Check = async (sql) => {
  const rows = await sql<{ station: string; n: number; type: string; decided: unknown }[]>`
    select station, n::float8 as n, type, decided from events where source = 'timer'`;
  const violations = rows
    .map(({ station, n, type, decided }) => ({ at: `${station} event ${n}: ${type}`, did: JSON.stringify(decided) }))
    .filter(({ did }) => did === 'null' || (did.includes('ignored') && !did.includes('mode(suspended)')))
    .map(({ at, did }) => `${at} fired, and ${did}`);
  return { examined: { 'timers fired': rows.length }, violations };
};

const machinesAreTidy: Check = async (sql) => {
  const cycles = await sql<{ station: string; bay: string; count: number }[]>`
    select station, bay, count(*)::int as count from machines
    where machine = 'cycle' and ended_at is null group by station, bay having count(*) > 1`;
  const orphans = await sql<{ instance: string; sendId: string }[]>`
    select t.instance, t.send_id as "sendId" from timers t
    left join machines m using (station, bay, machine, instance) where m.instance is null or m.ended_at is not null`;
  const reserved = await sql<{ code: string; reservedBy: string }[]>`
    select code, reserved_by as "reservedBy" from batteries b join swaps s on s.id = b.reserved_by
    where s.state in ('completed', 'rolled-back', 'refused')`;
  return {
    examined: {},
    violations: [
      ...cycles.map(({ station, bay, count }) => `${station} bay ${bay} has ${count} open cycles`),
      ...orphans.map(({ instance, sendId }) => `timer ${sendId} of ${instance}, which has ended`),
      ...reserved.map(({ code, reservedBy }) => `pack ${code} is set aside for ${reservedBy}, which has ended`),
    ],
  };
};

const checks: readonly Check[] = [
  custodyIsPhysical,
  movesAreOneChain,
  packsOfUnknownPlaceHaveAnIncident,
  swapsHaveEnded,
  swapsAreExchanges,
  commandsAreMotions,
  logHasNoGap,
  timersAreAwaited,
  machinesAreTidy,
];

/** What the replays themselves found: motions that were not legal in order, commands that made no sense where the station was. */
export function judgeMotions(replays: Replays, { refusalsAllowed = false } = {}): Verdict {
  const verdict: Verdict = { examined: {}, violations: [] };
  for (const replay of replays.values()) {
    const { motions, packMoves, interrupted } = replay.counts;
    const one = { stations: 1, 'physical motions': motions, 'pack moves': packMoves, interrupted };
    const senseless = refusalsAllowed ? [] : replay.refusals.filter(isSenseless);
    const violations = [
      ...replay.violations,
      ...senseless.map(
        (entry) => `${entry.station} #${entry.n}: ${entry.motion} was refused: ${entry.detail ?? entry.reason}`,
      ),
    ];
    Object.assign(verdict, mergeVerdicts(verdict, { examined: one, violations }));
  }
  return verdict;
}

/** Refusals that only a service with a wrong picture of the station can earn. */
const nonsense: ReadonlySet<string> = new Set([
  'interlock',
  'moverBusy',
  'placeOccupied',
  'badParameters',
  'unknownCommand',
  'packMissing',
  'wrongPack',
]);

/** No sensor tells whether a pack is plugged in: after an unknown outcome the refusal of `connectCharger` is the answer. */
const isSenseless = ({ motion, reason }: { motion: string; reason: string }): boolean =>
  nonsense.has(reason) && !(motion === 'connectCharger' && reason === 'interlock');
