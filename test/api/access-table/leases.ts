import {
  because,
  type Line,
  leaseAct,
  leaseViewers,
  managers,
  many,
  one,
  onSite,
  packOwners,
  plain,
  swapViewers,
} from '../access-lines.ts';

/** Cars, their leases and plans, and who owns the packs. */
export const leases: Record<string, Line> = {
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
};
