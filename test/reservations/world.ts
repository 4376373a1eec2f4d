import { Registry } from 'prom-client';
import { newBay, stepStation } from '../../machines/step-station.ts';
import type { Reservation } from '../../schema/wire/api/reservation.ts';
import { createApp } from '../../src/api/app.ts';
import { createPool } from '../../src/db/pool.ts';
import { createStepper, engineDefaults, engineSettings, systemClock } from '../../src/engine/index.ts';
import { createBayDesk } from '../../src/stations/bay-desk.ts';
import { callerOf, createReadWorld, seedStation, vin } from '../api/fixture.ts';
import { idleView } from '../programs/idle-view.ts';

export const minuteMs = 60_000;

/** So many minutes from now. */
export const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * minuteMs).toISOString();

/** Stations of rows, an API over them, and whoever steps machines: no station is connected, so every bay is shown as idle. */
export async function createReservationWorld() {
  const world = await createReadWorld();
  const pool = await createPool({
    databaseUrl: world.url,
    max: 4,
    name: 'test-reservations',
    settings: engineSettings,
  });
  const { log } = world.options;
  const stepper = createStepper({
    pool,
    stepStation,
    newBay,
    clock: systemClock,
    log,
    validBeats: engineDefaults.validBeats,
  });
  const desk = createBayDesk({
    pool,
    stepper,
    newBay,
    view: idleView,
  });
  const app = createApp({ ...world.options, desk, registry: new Registry() });
  const call = callerOf(app, world.keys);
  type Role = Parameters<typeof call>[1];
  const send = <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    as: Role = 'admin',
  ) =>
    call<T>(path, as, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  let serial = 1;
  return {
    ...world,
    app,
    call,
    desk,
    pool,
    stepper,
    send,
    /** A station with so many ready packs, north of the centre by so many kilometres. */
    async station(id: string, packs: number, km = 0): Promise<void> {
      await seedStation(world.sql, id, packs + 1, serial);
      serial += packs;
      await world.sql`update stations set lat = ${39.9 + km / 111.2}, lon = 116.4 where id = ${id}`;
    },
    async car(n: number, fleet: string | null = null, lastStation: string | null = null): Promise<string> {
      await world.sql`insert into vehicles (vin, fleet, last_station) values (${vin(n)}, ${fleet}, ${lastStation})`;
      return vin(n);
    },
    reserve: <T = Reservation>(body: object, headers: Record<string, string> = {}, as: Role = 'admin') =>
      send<T>('POST', '/api/v1/reservations', body, headers, as),
    heldBy: async (id: string): Promise<string[]> =>
      (await world.sql<{ code: string }[]>`select code from batteries where reserved_by = ${id} order by code`).map(
        ({ code }) => code,
      ),
    async end() {
      await pool.end();
      await world.end();
    },
  };
}

export type ReservationWorld = Awaited<ReturnType<typeof createReservationWorld>>;
