import {
  bookers,
  bookingViewers,
  inMinutes,
  type Line,
  many,
  one,
  onSite,
  plain,
  seers,
  swapViewers,
} from '../access-lines.ts';

/** Swaps and reservations. */
export const swaps: Record<string, Line> = {
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
};
