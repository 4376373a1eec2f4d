import { type SQL, sql } from 'drizzle-orm';
import type { StationType } from '../../machines/contract.ts';
import { defaultStationType } from '../../machines/station-type.ts';
import { events } from '../../schema/tables/events.ts';
import { slots } from '../../schema/tables/slots.ts';
import { stationMarks, wakeups } from '../../schema/tables/station-marks.ts';
import { stations } from '../../schema/tables/stations.ts';
import type { ActName } from '../../schema/wire/api/act.ts';
import type { BrokerLogin, StationRegistration } from '../../schema/wire/api/registration.ts';
import { actLine, withAct } from '../acts/note.ts';
import type { Database } from '../db/client.ts';
import { runStatement, type Statement, statement } from '../db/statement.ts';
import { wakeChannel } from '../engine/index.ts';
import { type NewSecret, newSecret } from '../plc/identity/secret.ts';

/** Who asks: the id of an API key, or `operator` for the command line. Stands in the log. */
interface Author {
  by: string;
  /** Made by the caller where the secret must be known beforehand. */
  secret?: NewSecret;
}

/** What the database gives of a new station: its row without its secrets, and its mark. */
export interface RegisteredRow {
  station: Record<string, unknown>;
  mark: Record<string, unknown>;
  sealed: string | null;
}

/**
 * Registers a station with all its rows. No row: the id is taken, be it by a retired station, because a station's log is never continued by
 * another. The partition is the one with the fewest stations; the owner of that partition finds the wake-up and takes the station on.
 */
export function registration(
  of: StationRegistration,
  { by, secret, sealed = null }: Author & { secret: NewSecret; sealed?: string | null },
): Statement<RegisteredRow> {
  const { id, name, city, address = null, location, simulated, slots: slotCount } = of;
  const type = JSON.stringify(typeOf(of));
  const body = JSON.stringify({ name, city, simulated });
  return statement<RegisteredRow>({
    parts: {
      emptiest: sql`
        select p from generate_series(0, 63) p left join ${stations} s on s.partition = p and s.retired_at is null
        group by p order by count(s.id), p limit 1`,
      station: sql`
        insert into ${stations} (id, name, city, address, lat, lon, partition, type, simulated, mqtt_secret_hash, mqtt_password_entry)
        select ${id}, ${name}, ${city}, ${address}::text, ${location.lat}::float8, ${location.lon}::float8, p, ${type}::text::jsonb,
          ${simulated}::boolean, ${secret.hash}, ${secret.passwordEntry}
        from emptiest on conflict (id) do nothing returning *`,
      mark: sql`insert into ${stationMarks} (station, event_n) select id, 1 from station returning *`,
      slot: sql`insert into ${slots} (station, slot) select id, n from station, generate_series(1, ${slotCount}::int) n`,
      log: sql`
        insert into ${events} (station, n, occurred_at, source, type, cause, body)
        select id, 1, now(), 'staff', 'stationRegistered', ${by}, ${body}::text::jsonb from station`,
      wake: sql`insert into ${wakeups} (station, version) select id, 0 from station on conflict (station) do nothing`,
    },
    result: sql`
      select to_jsonb(s) - 'mqtt_secret_hash' - 'mqtt_password_entry' as station, to_jsonb(k) as mark, ${sealed}::text as sealed,
        pg_notify(${wakeChannel}, s.id) from station s, mark k`,
  });
}

/** Who did it: a command line has no request that says so. */
const byProgram = <R extends object>(change: Statement<R>, what: ActName, object: string, actor: string) =>
  withAct(change, { line: actLine({ actor, what, kind: 'station', object }) });

/** For the command line. Null: the id is taken. */
export async function registerStation(
  db: Database,
  of: StationRegistration,
  { by, secret = newSecret() }: Author,
): Promise<BrokerLogin | null> {
  const row = await runStatement(db, byProgram(registration(of, { by, secret }), 'stationRegistered', of.id, by));
  return row && loginOf(of.id, secret.secret);
}

function typeOf(registration: StationRegistration): StationType {
  const { bays, slots: slotCount, powerLimitW, slotPowerW, isolationBoxes } = registration;
  return { ...defaultStationType, bays, slots: slotCount, stationPowerW: powerLimitW, slotPowerW, isolationBoxes };
}

export const loginOf = (id: string, secret: string): BrokerLogin => ({ username: id, password: secret, clientId: id });

/** Gives a station a new broker secret; the old one ends with the next login. No row: there is no such station in service. */
export const rotation = (
  id: string,
  { by, secret, sealed = null }: Author & { secret: NewSecret; sealed?: string | null },
): Statement<{ station: string; sealed: string | null }> =>
  stationChange(
    { id, by, type: 'credentialsRotated' },
    [sql`mqtt_secret_hash = ${secret.hash}`, sql`mqtt_password_entry = ${secret.passwordEntry}`],
    sealed,
  );

/** For the command line. Null: there is no such station in service. */
export async function rotateSecret(
  db: Database,
  id: string,
  { by, secret = newSecret() }: Author,
): Promise<BrokerLogin | null> {
  const row = await runStatement(db, byProgram(rotation(id, { by, secret }), 'credentialsRotated', id, by));
  return row && loginOf(id, secret.secret);
}

/** Closes a station for good: it cannot log in any more and is no longer run; its history stays. False: no such station in service. */
export async function retireStation(db: Database, id: string, { by }: { by: string }): Promise<boolean> {
  const change = stationChange({ id, by, type: 'stationRetired' }, [
    sql`retired_at = now()`,
    sql`mqtt_secret_hash = null`,
    sql`mqtt_password_entry = null`,
  ]);
  return (await runStatement(db, byProgram(change, 'stationRetired', id, by))) !== null;
}

/** Changes the commissioned data under the station's gate, writes the log line and wakes the owner. */
function stationChange(
  change: { id: string; by: string; type: string },
  assignments: readonly SQL[],
  sealed: string | null = null,
): Statement<{ station: string; sealed: string | null }> {
  return statement<{ station: string; sealed: string | null }>({
    parts: {
      gate: sql`
        update ${stationMarks} k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
        from ${stations} s where s.id = k.station and s.id = ${change.id} and s.retired_at is null
        returning k.station, k.version, k.event_n`,
      changed: sql`
        update ${stations} s set ${sql.join([...assignments], sql`, `)} from gate where s.id = gate.station`,
      log: sql`
        insert into ${events} (station, n, occurred_at, source, type, cause)
        select station, event_n, now(), 'staff', ${change.type}, ${change.by} from gate`,
      wake: sql`
        insert into ${wakeups} (station, version) select station, version from gate
        on conflict (station) do update set version = excluded.version`,
    },
    result: sql`select station, ${sealed}::text as sealed, pg_notify(${wakeChannel}, station) from gate`,
  });
}
