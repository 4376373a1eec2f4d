import { actors, all, type Line, managers, many, one, onSite, plain, seers } from '../access-lines.ts';

/** Battery packs: where they are, what they can, and what is reported of them. */
export const packs: Record<string, Line> = {
  'GET /api/v1/batteries': many(all, {
    path: 'batteries',
    shows: ({ packInCar }) => packInCar,
    own: [...onSite, 'fleet', 'owner'],
  }),
  'GET /api/v1/batteries/{code}': one(all, {
    path: ({ packInCar }) => `batteries/${packInCar}`,
    own: [...onSite, 'fleet', 'owner'],
  }),
  'GET /api/v1/batteries/{code}/custody': one(all, {
    path: ({ packInCar }) => `batteries/${packInCar}/custody`,
    own: [...onSite, 'fleet', 'owner'],
  }),
  ...Object.fromEntries(
    ['health', 'health/readings', 'retirement-decisions'].map((what) => [
      `GET /api/v1/batteries/{code}/${what}`,
      one(all, { path: ({ packInCar }) => `batteries/${packInCar}/${what}`, own: [...onSite, 'fleet', 'owner'] }),
    ]),
  ),
  'GET /api/v1/retirement-policies': plain(seers),
  'GET /api/v1/retirement-policies/{version}': plain(seers),
  'POST /api/v1/retirement-policies': plain(managers),
  'POST /api/v1/batteries': plain(managers),
  'PATCH /api/v1/batteries/{code}': one([...managers, 'maintenance'], {
    path: ({ packInSlot }) => `batteries/${packInSlot}`,
    body: { firmware: '2.4.2', reason: 'updated' },
    own: ['maintenance'],
  }),
  // Whose events an owner sees is shown in test/traceability/routes.test.ts: the seeded packs have had none.
  'GET /api/v1/traceability/events': plain(['admin', 'operations', 'regulator', 'owner', 'service']),
  'GET /api/v1/traceability/summary': plain(['admin', 'operations', 'regulator', 'service']),
  'GET /api/v1/traceability/calendar': plain(['admin', 'operations', 'regulator', 'service']),
  'POST /api/v1/traceability/calendar': plain(['admin', 'operations', 'service']),
  'GET /api/v1/traceability/reports': plain(['admin', 'operations', 'regulator', 'service']),
  'POST /api/v1/traceability/reports': plain(['admin', 'operations', 'service']),
  'GET /api/v1/traceability/reports/{id}': plain(['admin', 'operations', 'regulator', 'service']),
  'POST /api/v1/traceability/reports/{id}/confirm': plain(['admin', 'operations', 'service']),
  'GET /api/v1/traceability/{code}': one(['admin', 'operations', 'regulator', 'owner', 'service'], {
    path: ({ packInCar }) => `traceability/${packInCar}`,
    own: ['owner'],
  }),
  'GET /api/v1/traceability/{code}/battery-condition': one(['admin', 'operations', 'regulator', 'owner', 'service'], {
    path: ({ packInCar }) => `traceability/${packInCar}/battery-condition`,
    own: ['owner'],
  }),
  'GET /api/v1/battery-models': plain(all),
  'POST /api/v1/battery-models': plain(managers),
  'GET /api/v1/battery-models/{id}': plain(all),
  'PATCH /api/v1/battery-models/{id}': plain(managers),
  'DELETE /api/v1/battery-models/{id}': plain(managers),
  // Another station's packs, and another station as the destination, are not there (test/inventory/movements.test.ts).
  // Of each party's own: test/inventory/movements.test.ts.
  'GET /api/v1/movements': plain(all),
  'POST /api/v1/movements': plain([...actors, 'service']),
  'GET /api/v1/stations/{id}/stock-takes': one(seers, {
    path: ({ station }) => `stations/${station}/stock-takes`,
    own: onSite,
  }),
  'POST /api/v1/stations/{id}/stock-takes': one(actors, {
    path: ({ station }) => `stations/${station}/stock-takes`,
    body: { slots: [{ slot: 2, pack: null }] },
    own: onSite,
  }),
  // Each sees those of its stations: test/inventory/stock.test.ts.
  'GET /api/v1/work-orders': plain(seers),
  'GET /api/v1/work-orders/{id}': plain(seers),
  'POST /api/v1/work-orders/{id}/assign': plain(actors, { assignee: 'Wang' }),
  'POST /api/v1/work-orders/{id}/close': plain(actors, { note: 'taken out' }),
  // Of each party's own: test/inventory/movements.test.ts.
  'GET /api/v1/inventory/counts': plain(all),
};
