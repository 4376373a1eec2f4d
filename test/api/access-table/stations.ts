import { actors, all, type Line, managers, many, one, onSite, plain, seers, swapViewers } from '../access-lines.ts';

/** Stations, their bays, hours and simulators. */
export const stations: Record<string, Line> = {
  'GET /api/v1/stations': many(all, { path: 'stations', shows: ({ station }) => station, own: onSite }),
  'POST /api/v1/stations': plain(managers),
  'GET /api/v1/stations/{id}': one(all, { path: ({ station }) => `stations/${station}`, own: onSite }),
  'POST /api/v1/stations/{id}/credentials': one(managers, {
    path: ({ station }) => `stations/${station}/credentials`,
    own: [],
  }),
  'GET /api/v1/stations/{id}/slots': one(swapViewers, {
    path: ({ station }) => `stations/${station}/slots`,
    own: onSite,
  }),
  'GET /api/v1/stations/{id}/bays': one(swapViewers, {
    path: ({ station }) => `stations/${station}/bays`,
    own: onSite,
  }),
  'GET /api/v1/stations/{id}/bays/{bay}': one(swapViewers, {
    path: ({ station }) => `stations/${station}/bays/1`,
    own: onSite,
  }),
  'GET /api/v1/stations/{id}/bays/{bay}/machines': one(seers, {
    path: ({ station }) => `stations/${station}/bays/1/machines`,
    own: onSite,
  }),
  'POST /api/v1/stations/{id}/bays/{bay}/actions': one(actors, {
    path: ({ station }) => `stations/${station}/bays/1/actions`,
    body: { action: 'hold', reason: 'looked at it' },
    own: onSite,
  }),
  'POST /api/v1/stations/{id}/journal/adopt': one(actors, {
    path: ({ station }) => `stations/${station}/journal/adopt`,
    body: { journalId: 'j', reason: 'replaced' },
    own: onSite,
  }),
  'POST /api/v1/stations/{id}/simulator': one(actors, {
    path: ({ station }) => `stations/${station}/simulator`,
    body: { type: 'taxi', bay: null, vin: null, socPct: null },
    own: onSite,
  }),
  'GET /api/v1/stations/{id}/opening-hours': one(all, {
    path: ({ station }) => `stations/${station}/opening-hours`,
    own: onSite,
  }),
  'PUT /api/v1/stations/{id}/opening-hours': one(managers, {
    path: ({ station }) => `stations/${station}/opening-hours`,
    body: { spans: null },
    own: [],
  }),
  'GET /api/v1/stations/{id}/maintenance-windows': one(all, {
    path: ({ station }) => `stations/${station}/maintenance-windows`,
    own: onSite,
  }),
  'POST /api/v1/stations/{id}/maintenance-windows': one(actors, {
    path: ({ station }) => `stations/${station}/maintenance-windows`,
    body: { from: '2099-01-01T00:00:00Z', to: '2099-01-02T00:00:00Z', reason: 'looked at it' },
    own: onSite,
  }),
  'DELETE /api/v1/stations/{id}/maintenance-windows/{window}': one(actors, {
    path: async ({ station }, world) => {
      const id = `m-000000000000${station.slice(3)}0`;
      await world.sql`insert into maintenance_windows (id, station, from_at, to_at, reason, by)
        values (${id}, ${station}, now() + interval '40 days', now() + interval '41 days', 'test', 'test')
        on conflict (id) do update set cancelled_at = null`;
      return `stations/${station}/maintenance-windows/${id}`;
    },
    own: onSite,
  }),
};
