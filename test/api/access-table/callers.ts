import { randomBytes } from 'node:crypto';
import { all, keepers, type Line, many, one, open, people, plain, told, toldFleet } from '../access-lines.ts';
import { eventOf } from '../access-world.ts';

/** Who is let in, and what they hold: sessions, users, organisations, keys and webhooks. */
export const callers: Record<string, Line> = {
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
};
