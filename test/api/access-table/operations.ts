import {
  actors,
  billed,
  importers,
  type Line,
  managers,
  many,
  note,
  one,
  onSite,
  open,
  plain,
  seers,
  swapViewers,
} from '../access-lines.ts';

/** What staff look at and work through, and the service itself. */
export const operations: Record<string, Line> = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': {
    kind: 'plain',
    roles: ['admin', 'operations', 'staff', 'service'],
    byKey: true,
  },
  'GET /api/v1/follow-ups': plain(managers),
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
