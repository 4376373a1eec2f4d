import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './context.ts';
import { type ApiDocument, commonComponents, showConventions } from './openapi-conventions.ts';

const description = `Pitlane runs battery-swap stations: it decides, the station's controller moves.

**Keys and sessions.** Every path under \`/api\` needs \`Authorization: Bearer <key>\` or the session cookie of a person (\`POST /api/v1/session\`), never
both; \`/metrics\` takes keys only. Either has one role (admin, operations, staff, fleet, owner, regulator, maintenance, service); \`x-roles\` at each
route says which roles it is open to, and \`x-tenancy\` how far each of them sees there: \`all\`; \`own\`, what is its organisation's; \`stations\`, what is at
its stations (any other key that is bound to stations sees no more than they have either); \`self\`. What lies outside is missing in lists, and 404. A key may be narrowed by scopes such as \`swaps:read\` (first part of the path; \`read\` for GET, else \`write\`).

**Lists** answer \`{items, nextCursor}\`. Send \`nextCursor\` back as \`cursor\` for the next page; null ends the list. With \`Accept: text/csv\`
or \`application/x-ndjson\` the whole list comes as a file.

**Retries.** Every POST takes an \`Idempotency-Key\`: the same key with the same payload is done once, and answered with the stored answer.

**Editions.** What people change has an \`ETag\`; a change names it in \`If-Match\`.

**Languages.** \`Accept-Language: zh\` or \`en\` for texts made for people.

**Problems** are \`application/problem+json\` (RFC 9457) with a stable \`type\` and \`code\`; see \`/docs/problems\`.

**Times** are UTC instants; durations and energies carry their unit at the end of the name. Equipment milliseconds (\`swapTimeMs\`,
\`actualMs\`, \`budgetMs\`) are those of the station, which on a simulated station may run faster than the clock.

**Request id.** Every answer has \`X-Request-Id\`; send your own to find a request in the log.`;

/** Serves the OpenAPI 3.1 document, generated once from the routes, and gives it to those who read it. */
export function describeApi(app: OpenAPIHono<ApiEnv>): () => ApiDocument {
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
  for (const kind of ['parameters', 'headers'] as const) {
    for (const [name, component] of Object.entries(commonComponents[kind])) {
      app.openAPIRegistry.registerComponent(kind, name, component as never);
    }
  }
  let document: ApiDocument | undefined;
  const read = () => {
    if (document === undefined) {
      document = app.getOpenAPI31Document({
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
          { name: 'imports', description: 'Files of batteries, vehicles and users.' },
          { name: 'webhooks', description: 'Endpoints that are told of what happens.' },
          { name: 'log', description: 'Events, commands, alarms, incidents, dead letters.' },
          { name: 'stream', description: 'The live state as Server-Sent Events.' },
          { name: 'operation', description: 'For those who run the service.' },
        ],
      }) as unknown as ApiDocument;
      showConventions(document);
    }
    return document;
  };
  let text: string | undefined;
  app.get('/openapi.json', (c) => {
    text ??= JSON.stringify(read());
    return c.body(text, 200, { 'Content-Type': 'application/json' });
  });
  return read;
}
