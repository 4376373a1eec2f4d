import { randomBytes } from 'node:crypto';
import {
  actors,
  all,
  because,
  billed,
  bookers,
  bookingViewers,
  disputing,
  importers,
  inMinutes,
  keepers,
  type Line,
  leaseAct,
  leaseViewers,
  managers,
  many,
  note,
  one,
  onSite,
  open,
  packOwners,
  payers,
  people,
  plain,
  secondLifeViewers,
  seers,
  swapViewers,
  told,
  toldFleet,
} from './access-lines.ts';
import { eventOf } from './access-world.ts';

/**
 * Who may call which route and what of it they see: written down a second time on purpose. The test compares it with what the routes declare
 * (`access(…)`) and with what they do, for each role, with its own object and with somebody else's.
 *
 * A new route needs one line here:
 *
 *     'GET /api/v1/things/{id}': one(managers, { path: (side) => `things/${side.thing}`, own: ['fleet'] }),
 *
 * `open` needs no caller · `plain(roles)` has no object of anybody's · `one(roles, …)` names one object · `many(roles, …)` is a list.
 * `own`: the roles among `roles` that see only their own: another's object is 404, and missing in a list. `none`: those that see nothing of
 * this object, neither side's.
 */
export const table: Record<string, Line> = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': {
    kind: 'plain',
    roles: ['admin', 'operations', 'staff', 'service'],
    byKey: true,
  },

  'GET /auth/oidc/start': open,
  'GET /auth/oidc/callback': open,
  'POST /api/v1/session': open,
  'POST /api/v1/session/invitation': open,
  'DELETE /api/v1/session': open,
  'GET /api/v1/session': plain(all),
  'PATCH /api/v1/session': plain(people),
  'PUT /api/v1/session/password': plain(people),
  'GET /api/v1/sessions': plain(people),
  // One's own; another's are not there (test/parties/session.test.ts).
  'DELETE /api/v1/sessions/{id}': plain(people),

  'GET /api/v1/users': plain(['admin']),
  'POST /api/v1/users': plain(['admin']),
  'GET /api/v1/users/{id}': one(['admin'], { path: ({ user }) => `users/${user}`, own: [] }),
  'PATCH /api/v1/users/{id}': one(['admin'], { path: ({ user }) => `users/${user}`, own: [] }),
  'POST /api/v1/users/{id}/invitation': one(['admin'], { path: ({ user }) => `users/${user}/invitation`, own: [] }),
  'DELETE /api/v1/users/{id}/sessions': one(['admin'], { path: ({ user }) => `users/${user}/sessions`, own: [] }),
  'GET /api/v1/organisations': many(all, {
    path: 'organisations',
    shows: ({ fleet }) => fleet,
    own: ['fleet'],
    none: ['owner'],
  }),
  'POST /api/v1/organisations': plain(['admin']),
  'GET /api/v1/organisations/{id}': one(all, {
    path: ({ fleet }) => `organisations/${fleet}`,
    own: ['fleet'],
    none: ['owner'],
  }),
  'PATCH /api/v1/organisations/{id}': one(['admin'], { path: ({ fleet }) => `organisations/${fleet}`, own: [] }),
  'GET /api/v1/keys': many(keepers, { path: 'keys', shows: ({ key }) => key, own: ['fleet'], none: ['owner'] }),
  'POST /api/v1/keys': plain(keepers),
  'GET /api/v1/keys/{id}': one(keepers, { path: ({ key }) => `keys/${key}`, own: ['fleet'], none: ['owner'] }),
  'PATCH /api/v1/keys/{id}': one(keepers, { path: ({ key }) => `keys/${key}`, own: ['fleet'], none: ['owner'] }),
  'DELETE /api/v1/keys/{id}': one(keepers, { path: ({ key }) => `keys/${key}`, own: ['fleet'], none: ['owner'] }),

  'GET /api/v1/webhooks': many(told, { path: 'webhooks', shows: ({ webhook }) => webhook, ...toldFleet }),
  'POST /api/v1/webhooks': plain(told),
  'GET /api/v1/webhooks/{id}': one(told, { path: ({ webhook }) => `webhooks/${webhook}`, ...toldFleet }),
  'PATCH /api/v1/webhooks/{id}': one(told, {
    path: ({ webhook }) => `webhooks/${webhook}`,
    body: { description: 'x' },
    ...toldFleet,
  }),
  'DELETE /api/v1/webhooks/{id}': one(told, {
    // One for each who asks: it is gone afterwards.
    path: async ({ fleet }, { sql }) => {
      const id = `w-${randomBytes(8).toString('hex')}`;
      await sql`insert into webhook_endpoints (id, organisation, url, secret, created_by) values (${id}, ${fleet}, 'https://x.example.com', 'whsec_AAAA', 'test')`;
      return `webhooks/${id}`;
    },
    ...toldFleet,
  }),
  'POST /api/v1/webhooks/{id}/secret': one(told, { path: ({ webhook }) => `webhooks/${webhook}/secret`, ...toldFleet }),
  'POST /api/v1/webhooks/{id}/test': one(told, { path: ({ webhook }) => `webhooks/${webhook}/test`, ...toldFleet }),
  'GET /api/v1/webhooks/{id}/deliveries': one(told, {
    path: ({ webhook }) => `webhooks/${webhook}/deliveries`,
    ...toldFleet,
  }),
  'POST /api/v1/webhooks/{id}/deliveries/{event}/redeliver': one(told, {
    path: (side) => `webhooks/${side.webhook}/deliveries/${eventOf(side)}/redeliver`,
    ...toldFleet,
  }),

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

  'GET /api/v1/swaps': many(swapViewers, { path: 'swaps', shows: ({ swap }) => swap, own: [...onSite, 'fleet'] }),
  'GET /api/v1/swaps/statistics': plain(seers),
  'GET /api/v1/swaps/{id}/log': one(seers, { path: ({ swap }) => `swaps/${swap}/log`, own: onSite }),
  'GET /api/v1/swaps/{id}': one(swapViewers, { path: ({ swap }) => `swaps/${swap}`, own: [...onSite, 'fleet'] }),

  'GET /api/v1/reservations': many(bookingViewers, {
    path: 'reservations',
    shows: ({ reservation }) => reservation,
    own: ['staff', 'fleet'],
  }),
  // A body that names a car of another fleet: test/reservations.
  'POST /api/v1/reservations': plain(bookers),
  'GET /api/v1/reservations/kpi': plain(bookingViewers),
  'GET /api/v1/reservations/{id}': one(bookingViewers, {
    path: ({ reservation }) => `reservations/${reservation}`,
    own: ['staff', 'fleet'],
  }),
  'PATCH /api/v1/reservations/{id}': one(bookers, {
    path: ({ reservation }) => `reservations/${reservation}`,
    body: { from: inMinutes(70), to: inMinutes(80) },
    own: ['staff', 'fleet'],
  }),
  'DELETE /api/v1/reservations/{id}': one(bookers, {
    path: ({ reservation }) => `reservations/${reservation}`,
    own: ['staff', 'fleet'],
  }),

  'GET /api/v1/receipts': many(payers, { path: 'receipts', shows: ({ swap }) => swap, own: ['fleet'] }),
  'GET /api/v1/receipts/{swap}': one(payers, { path: ({ swap }) => `receipts/${swap}`, own: ['fleet'] }),
  'GET /api/v1/swaps/{id}/certificate': one(swapViewers, {
    path: ({ swap }) => `swaps/${swap}/certificate`,
    own: ['fleet', ...onSite],
  }),
  // The link is its own key: test/settlement/routes.test.ts.
  'GET /api/v1/certificates': open,
  // Of each party its own: test/statements/routes.test.ts.
  'GET /api/v1/statements': plain(billed),
  'GET /api/v1/statements/{id}': plain(billed),
  'GET /api/v1/statements/{id}/lines': plain(billed),
  'GET /api/v1/statements/{id}/receipts': plain(billed),
  'GET /api/v1/statements/{id}/pdf': plain(billed),
  'POST /api/v1/statements/close': plain(managers),
  // Of each fleet its own: test/payments/payments.test.ts.
  'GET /api/v1/payments': plain(importers),
  'GET /api/v1/payments/{id}': plain(importers),
  'POST /api/v1/payments/{id}/matches': plain(managers),
  'POST /api/v1/payments/{id}/matches/{n}/undo': plain(managers),
  'POST /api/v1/payments/imports': plain(managers),
  'GET /api/v1/payments/imports': plain(managers),
  'GET /api/v1/payments/imports/{id}': plain(managers),
  'GET /api/v1/payments/payers': plain(managers),
  'POST /api/v1/payments/payers': plain(managers),
  // Of each lessee its own: test/disputes.
  'GET /api/v1/disputes': plain(disputing),
  'POST /api/v1/disputes': plain(disputing),
  'GET /api/v1/disputes/{id}': plain(disputing),
  'GET /api/v1/disputes/{id}/evidence': plain(disputing),
  'POST /api/v1/disputes/{id}/evidence': plain(disputing),
  'POST /api/v1/disputes/{id}/resolve': plain(managers),
  'POST /api/v1/disputes/{id}/withdraw': plain(disputing),
  'GET /api/v1/notes': plain(disputing),
  'GET /api/v1/notes/{id}': plain(disputing),
  'POST /api/v1/notes': plain(managers),
  'GET /api/v1/ledger/balances': plain(managers),
  'GET /api/v1/ledger/transfers': plain(managers),
  'GET /api/v1/energy-losses': plain(['admin', 'operations', 'regulator']),
  'GET /api/v1/follow-ups': plain(managers),
  'GET /api/v1/tariffs': plain(all),
  'POST /api/v1/tariffs': plain(managers),
  'GET /api/v1/tariffs/{category}/{validFrom}': plain(all),
  'GET /api/v1/stations/{id}/tariffs': one(all, { path: ({ station }) => `stations/${station}/tariffs`, own: onSite }),
  'POST /api/v1/stations/{id}/tariffs': one(managers, {
    path: ({ station }) => `stations/${station}/tariffs`,
    body: { fromDay: '2031-03-01', category: 'none' },
    own: [],
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
  'GET /api/v1/grading-policies': plain(secondLifeViewers),
  'GET /api/v1/grading-policies/{version}': plain(secondLifeViewers),
  'POST /api/v1/grading-policies': plain(managers),
  // Whose gradings an owner sees: test/cascade/grading.test.ts.
  'GET /api/v1/gradings': plain(secondLifeViewers),
  'GET /api/v1/gradings/{id}': plain(secondLifeViewers),
  'POST /api/v1/gradings': plain(actors),
  // Whose assets an owner sees, and which key reports faults: test/cascade/assets.test.ts.
  'GET /api/v1/second-life-sites': plain(secondLifeViewers),
  'POST /api/v1/second-life-sites': plain(managers),
  'GET /api/v1/second-life-sites/{id}': plain(secondLifeViewers),
  'PATCH /api/v1/second-life-sites/{id}': plain(managers),
  'GET /api/v1/second-life-assets': plain(secondLifeViewers),
  'POST /api/v1/second-life-assets': plain(managers),
  'GET /api/v1/second-life-assets/{code}': plain(secondLifeViewers),
  'PATCH /api/v1/second-life-assets/{code}': plain(managers),
  'GET /api/v1/second-life-assets/{code}/events': plain(secondLifeViewers),
  'POST /api/v1/second-life-assets/{code}/acts': plain(actors),
  'POST /api/v1/second-life-assets/{code}/faults': plain([...actors, 'service']),
  'GET /api/v1/second-life-sites/{id}/signals': plain(seers),
  'POST /api/v1/second-life-sites/{id}/signals': plain([...managers, 'service']),
  'GET /api/v1/second-life-sites/{id}/plans': plain(seers),
  'POST /api/v1/second-life-sites/{id}/plans': plain([...managers, 'service']),
  'GET /api/v1/second-life-sites/{id}/plans/{plan}': plain(seers),
  'GET /api/v1/second-life-sites/{id}/readings': plain(seers),
  // Which key of role service: test/cascade/dispatch.test.ts.
  'POST /api/v1/second-life-sites/{id}/readings': plain([...managers, 'service']),
  'GET /api/v1/second-life-sites/{id}/alarms': plain(seers),
  'GET /api/v1/second-life-sites/{id}/load': plain(seers),
  'GET /api/v1/recyclings': plain(secondLifeViewers),
  'POST /api/v1/recyclings': plain(managers),
  'GET /api/v1/recyclings/{pack}': plain(secondLifeViewers),
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
  'GET /api/v1/vehicles': many(swapViewers, {
    path: 'vehicles',
    shows: ({ vehicle }) => vehicle,
    own: [...onSite, 'fleet'],
  }),
  'POST /api/v1/vehicles': plain(managers),
  'POST /api/v1/vehicles/{vin}/without-lease': one(managers, {
    path: ({ vehicle }) => `vehicles/${vehicle}/without-lease`,
    own: [],
  }),

  'GET /api/v1/leases': many(leaseViewers, { path: 'leases', shows: ({ lease }) => lease, own: ['fleet', 'owner'] }),
  // What it names is refused where it is not there: test/leases/routes.test.ts.
  'POST /api/v1/leases': plain(managers),
  'GET /api/v1/leases/{id}': one(leaseViewers, { path: ({ lease }) => `leases/${lease}`, own: ['fleet', 'owner'] }),
  'POST /api/v1/leases/{id}/activate': leaseAct('activate', {}),
  'POST /api/v1/leases/{id}/withdraw': leaseAct('withdraw', because),
  'POST /api/v1/leases/{id}/suspend': leaseAct('suspend', because),
  'POST /api/v1/leases/{id}/resume': leaseAct('resume', because),
  'POST /api/v1/leases/{id}/end': leaseAct('end', { lastDay: '2031-01-01', ...because }),
  'POST /api/v1/leases/{id}/transfer': leaseAct('transfer', { vehicle: 'LNBSCB3F6JD199999', ...because }),
  'POST /api/v1/leases/{id}/change-plan': leaseAct('change-plan', { plan: 'none', fromDay: '2031-01-01' }),
  'POST /api/v1/leases/{id}/dispute': leaseAct('dispute', { dispute: 'd-1' }),
  'POST /api/v1/leases/{id}/resolve-dispute': leaseAct('resolve-dispute', { dispute: 'd-1' }),

  'GET /api/v1/owners/{owner}/summary': one(packOwners, {
    path: ({ owner }) => `owners/${owner}/summary`,
    own: ['owner'],
  }),
  'GET /api/v1/owners/{owner}/packs': one(packOwners, { path: ({ owner }) => `owners/${owner}/packs`, own: ['owner'] }),
  'GET /api/v1/owners/{owner}/packs/{code}/ageing': one(packOwners, {
    path: ({ owner, packInCar }) => `owners/${owner}/packs/${packInCar}/ageing`,
    own: ['owner'],
  }),

  'GET /api/v1/plans': many(leaseViewers, { path: 'plans', shows: ({ plan }) => plan, own: ['owner'] }),
  'POST /api/v1/plans': plain(managers),
  'GET /api/v1/plans/{id}': one(leaseViewers, { path: ({ plan }) => `plans/${plan}`, own: ['owner'] }),
  'GET /api/v1/plans/{id}/versions': one(leaseViewers, {
    path: ({ plan }) => `plans/${plan}/versions`,
    own: ['owner'],
  }),
  'GET /api/v1/plans/{id}/versions/{version}': one(leaseViewers, {
    path: ({ plan }) => `plans/${plan}/versions/1`,
    own: ['owner'],
  }),
  'POST /api/v1/plans/{id}/versions': one(managers, {
    path: ({ plan }) => `plans/${plan}/versions`,
    body: { terms: {} },
    own: [],
  }),
  'POST /api/v1/plans/{id}/close': one(managers, { path: ({ plan }) => `plans/${plan}/close`, own: [] }),

  'GET /api/v1/vehicles/{vin}': one(swapViewers, {
    path: ({ vehicle }) => `vehicles/${vehicle}`,
    own: [...onSite, 'fleet'],
  }),
  'PATCH /api/v1/vehicles/{vin}': one(managers, { path: ({ vehicle }) => `vehicles/${vehicle}`, own: [] }),
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
  'GET /api/v1/audit/custody': plain(seers),

  // What is in it: test/api/audit-log.test.ts.
  'GET /api/v1/audit-log': plain(managers),
  // What of it fleets and owners see: test/api/acts.test.ts.
  'GET /api/v1/acts': plain(billed),
  'GET /api/v1/events': many(seers, { path: 'events', shows: ({ station }) => station, own: onSite }),
  'GET /api/v1/alarms': many(seers, { path: 'alarms', shows: ({ station }) => station, own: onSite }),
  'GET /api/v1/incidents': many(seers, { path: 'incidents', shows: ({ station }) => station, own: onSite }),
  'GET /api/v1/dead-letters': many(
    seers.filter((each) => each !== 'regulator'),
    { path: 'dead-letters', shows: ({ station }) => station, own: onSite },
  ),
  'POST /api/v1/alarms/{id}/assign': one(actors, {
    path: ({ alarm }) => `alarms/${encodeURIComponent(alarm)}/assign`,
    body: { to: null },
    own: onSite,
  }),
  'POST /api/v1/incidents/{id}/assign': one(actors, {
    path: ({ incident }) => `incidents/${encodeURIComponent(incident)}/assign`,
    body: { to: null },
    own: onSite,
  }),
  'GET /api/v1/stations/{id}/people': one(seers, { path: ({ station }) => `stations/${station}/people`, own: onSite }),
  'GET /api/v1/stations/{id}/shift-report': one(seers, {
    path: ({ station }) => `stations/${station}/shift-report?from=2026-05-01T00:00:00Z&to=2026-05-01T12:00:00Z`,
    own: onSite,
  }),
  'POST /api/v1/alarms/{id}/acknowledge': one(actors, {
    path: ({ alarm }) => `alarms/${encodeURIComponent(alarm)}/acknowledge`,
    body: {},
    own: onSite,
  }),
  'POST /api/v1/incidents/{id}/acknowledge': one(actors, {
    path: ({ incident }) => `incidents/${encodeURIComponent(incident)}/acknowledge`,
    body: {},
    own: onSite,
  }),
  'POST /api/v1/incidents/{id}/close': one(actors, {
    path: ({ incident }) => `incidents/${encodeURIComponent(incident)}/close`,
    body: note,
    own: onSite,
  }),
  'POST /api/v1/dead-letters/{id}/resolve': one(actors, {
    path: ({ deadLetter }) => `dead-letters/${deadLetter}/resolve`,
    body: note,
    own: onSite,
  }),
  'GET /api/v1/commands/{id}': one(seers, {
    path: ({ command }) => `commands/${encodeURIComponent(command)}`,
    own: onSite,
  }),
  'GET /api/v1/commands/{station}/{bay}/{machine}/{instance}/{step}': one(seers, {
    path: ({ command }) => `commands/${command}`,
    own: onSite,
  }),
  'GET /api/v1/commands/{station}/{bay}/action/{n}': one(seers, {
    path: ({ station }) => `commands/${station}/1/action/1`,
    own: onSite,
  }),
  // A fleet's own: test/imports/imports.test.ts.
  'POST /api/v1/imports': plain(importers),
  'GET /api/v1/imports': plain(importers),
  'GET /api/v1/imports/{id}': plain(importers),
  'GET /api/v1/imports/{id}/errors': plain(importers),
  'GET /api/v1/imports/{id}/progress': plain(importers),
  'POST /api/v1/imports/{id}/cancel': plain(importers),
  // Does not end by itself; what each caller sees of it is tested with the stream (scope.test.ts).
  'GET /api/v1/stream': plain(swapViewers),
};
