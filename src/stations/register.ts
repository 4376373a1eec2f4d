import { sql } from 'drizzle-orm';
import type { StationType } from '../../machines/contract.ts';
import { defaultStationType } from '../../machines/station-type.ts';
import { events } from '../../schema/tables/events.ts';
import { slots } from '../../schema/tables/slots.ts';
import { stationMarks, wakeups } from '../../schema/tables/station-marks.ts';
import { stations } from '../../schema/tables/stations.ts';
import type { BrokerLogin, StationRegistration } from '../../schema/wire/api/registration.ts';
import type { Database } from '../db/client.ts';
import { wakeChannel } from '../engine/index.ts';
import { type NewSecret, newSecret } from '../plc/identity/secret.ts';

/** Who asks: the id of an API key, or `operator` for the command line. Stands in the log. */
interface Author {
  by: string;
  /** Made by the caller where the secret must be known beforehand. */
  secret?: NewSecret;
}

/**
 * Registers a station with all its rows. Null: the id is taken, be it by a retired station, because a station's log is never continued by
 * another. The partition is the one with the fewest stations; the owner of that partition finds the wake-up and takes the station on.
 */
export async function registerStation(
  db: Database,
  registration: StationRegistration,
  { by, secret = newSecret() }: Author,
): Promise<BrokerLogin | null> {
  const { id, name, city, address = null, location, simulated, slots: slotCount } = registration;
  const type = JSON.stringify(typeOf(registration));
  const body = JSON.stringify({ name, city, simulated });
  const rows = await db.execute(sql`
    with emptiest as (
      select p from generate_series(0, 63) p left join ${stations} s on s.partition = p and s.retired_at is null
      group by p order by count(s.id), p limit 1),
    station as (
      insert into ${stations} (id, name, city, address, lat, lon, partition, type, simulated, mqtt_secret_hash, mqtt_password_entry)
      select ${id}, ${name}, ${city}, ${address}::text, ${location.lat}::float8, ${location.lon}::float8, p, ${type}::text::jsonb,
        ${simulated}::boolean, ${secret.hash}, ${secret.passwordEntry}
      from emptiest on conflict (id) do nothing returning id),
    mark as (insert into ${stationMarks} (station, event_n) select id, 1 from station),
    slot as (insert into ${slots} (station, slot) select id, n from station, generate_series(1, ${slotCount}::int) n),
    log as (
      insert into ${events} (station, n, occurred_at, source, type, cause, body)
      select id, 1, now(), 'staff', 'stationRegistered', ${by}, ${body}::text::jsonb from station),
    wake as (insert into ${wakeups} (station, version) select id, 0 from station on conflict (station) do nothing)
    select id, pg_notify(${wakeChannel}, id) from station`);
  return rows.length === 0 ? null : loginOf(id, secret);
}

function typeOf(registration: StationRegistration): StationType {
  const { bays, slots: slotCount, powerLimitW, slotPowerW, isolationBoxes } = registration;
  return { ...defaultStationType, bays, slots: slotCount, stationPowerW: powerLimitW, slotPowerW, isolationBoxes };
}

const loginOf = (id: string, { secret }: NewSecret): BrokerLogin => ({ username: id, password: secret, clientId: id });

/** Gives a station a new broker secret; the old one ends with the next login. Null: there is no such station in service. */
export async function rotateSecret(
  db: Database,
  id: string,
  { by, secret = newSecret() }: Author,
): Promise<BrokerLogin | null> {
  const changed = await changeStation(db, { id, by, type: 'credentialsRotated' }, [
    sql`mqtt_secret_hash = ${secret.hash}`,
    sql`mqtt_password_entry = ${secret.passwordEntry}`,
  ]);
  return changed ? loginOf(id, secret) : null;
}

/** Closes a station for good: it cannot log in any more and is no longer run; its history stays. False: no such station in service. */
export const retireStation = (db: Database, id: string, { by }: { by: string }): Promise<boolean> =>
  changeStation(db, { id, by, type: 'stationRetired' }, [
    sql`retired_at = now()`,
    sql`mqtt_secret_hash = null`,
    sql`mqtt_password_entry = null`,
  ]);

/** Changes the commissioned data under the station's gate, writes the log line and wakes the owner. */
async function changeStation(
  db: Database,
  change: { id: string; by: string; type: string },
  assignments: readonly ReturnType<typeof sql>[],
): Promise<boolean> {
  const rows = await db.execute(sql`
    with gate as (
      update ${stationMarks} k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from ${stations} s where s.id = k.station and s.id = ${change.id} and s.retired_at is null
      returning k.station, k.version, k.event_n),
    changed as (
      update ${stations} s set ${sql.join([...assignments], sql`, `)} from gate where s.id = gate.station),
    log as (
      insert into ${events} (station, n, occurred_at, source, type, cause)
      select station, event_n, now(), 'staff', ${change.type}, ${change.by} from gate),
    wake as (
      insert into ${wakeups} (station, version) select station, version from gate
      on conflict (station) do update set version = excluded.version)
    select station, pg_notify(${wakeChannel}, station) from gate`);
  return rows.length > 0;
}
