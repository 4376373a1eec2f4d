import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './context.ts';

const description = `Pitlane runs battery-swap stations: it decides, the station's controller moves.

**Keys.** Every path under \`/api\`, and \`/metrics\`, needs \`Authorization: Bearer <key>\`. A key carries one role (admin, staff, fleet,
regulator, service); \`x-roles\` at each route says which roles it is open to. It may be bound to stations, or to a fleet: what lies outside is
then missing in lists, and 404.

**Lists** answer \`{items, nextCursor}\`. Send \`nextCursor\` back as \`cursor\` for the next page; null ends the list.

**Problems** are \`application/problem+json\` (RFC 9457) with a stable \`type\` and \`code\`; see \`/docs/problems\`.

**Times** are UTC instants; durations and energies carry their unit at the end of the name. Equipment milliseconds (\`swapTimeMs\`,
\`actualMs\`, \`budgetMs\`) are those of the station, which on a simulated station may run faster than the clock.

**Request id.** Every answer has \`X-Request-Id\`; send your own to find a request in the log.`;

/** Serves the OpenAPI 3.1 document, generated once from the routes. */
export function describeApi(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, `pl_<id>_<secret>`.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-pitlane',
    description: 'The session of a person, from `POST /api/v1/session`. A request has a key or a session, never both.',
  });
  let document: string | undefined;
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Pitlane',
          version: '1',
          description,
          license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
        },
        servers: [{ url: '/' }],
        tags: [
          { name: 'access', description: 'Signing in, sessions, users, organisations and keys.' },
          { name: 'stations', description: 'Stations, their bays and slots, and what staff may do to a bay.' },
          { name: 'swaps' },
          { name: 'reservations', description: 'Packs promised to cars for a window of time.' },
          { name: 'batteries', description: 'Packs, where they are and where they have been.' },
          { name: 'log', description: 'Events, commands, alarms, incidents, dead letters.' },
          { name: 'stream', description: 'The live state as Server-Sent Events.' },
          { name: 'operation', description: 'For those who run the service.' },
        ],
      }),
    );
    return c.body(document, 200, { 'Content-Type': 'application/json' });
  });
}
