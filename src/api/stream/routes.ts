import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stream as streamBody } from 'hono/streaming';
import { deltaType } from '../../../schema/wire/api/stream.ts';
import { stationId } from '../../../schema/wire/ids.ts';
import { access, swapViewers } from '../access.ts';
import type { ApiEnv } from '../context.ts';
import { ApiError } from '../problem.ts';
import { problems } from '../route.ts';
import type { StreamHub } from './hub.ts';

/** A client that takes nothing for so long is cut off. */
const stalledAfterMs = 15_000;

const description = `Server-Sent Events. The first is \`state\`: \`{stations, bays, slots, swaps, alarms, incidents}\`, everything the
key may read. Then, as things change, \`station\`, \`bay\`, \`slot\`, \`swap\`, \`alarm\`, \`incident\` and \`telemetry\`, each the whole new value of one
thing in the form the lists have. Ids are \`instance:n\`. A client that comes back with \`Last-Event-ID\` gets what it missed, or the full state
again when that is too long ago or another process answers. A \`beat\` comes every 5 s with the number of frames \`sent\` on this connection: who has
fewer connects anew without an id. A client that does not keep up is dropped.`;

/** `station,alarm` */
const kinds = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(deltaType).min(1))
  .transform((list) => new Set(list));

const live = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/',
  tags: ['stream'],
  summary: 'The live state: everything first, then every change',
  description,
  request: {
    query: z.strictObject({
      station: stationId.optional().openapi({ description: 'This station only.' }),
      only: kinds.optional().openapi({
        type: 'string',
        description: 'These kinds only, with commas between: `station,alarm`.',
        example: 'station,alarm,incident',
      }),
    }),
    headers: z.object({
      'last-event-id': z.string().optional().openapi({ description: 'Id of the last event received.' }),
    }),
  },
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems('invalid-parameter', 'too-many-streams'),
  },
});

export const streamRoutes = ({ hub }: { hub: StreamHub }) =>
  new OpenAPIHono<ApiEnv>().openapi(live, async (c) => {
    // Its headers are all that is asked for; a stream behind them would wait for a reader that never comes.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const { signal } = c.req.raw;
    const cut = new AbortController();
    const outlet = hub.connect({
      role: c.get('caller').role,
      scope: c.get('caller').scope,
      station: c.req.valid('query').station,
      only: c.req.valid('query').only,
      lastEventId: c.req.valid('header')['last-event-id'],
      stillAllowed: c.get('stillAllowed'),
      onOverrun: () => cut.abort(),
    });
    if (outlet === null) throw new ApiError('too-many-streams', undefined, { headers: { 'Retry-After': '10' } });
    const leave = () => hub.disconnect(outlet);
    // A client that reads nothing would hold its text, and the connection, for ever: only the socket's end frees them.
    const socket = c.env?.outgoing;
    cut.signal.addEventListener('abort', () => socket?.destroy(), { once: true });
    c.header('Content-Type', 'text/event-stream');
    c.header('X-Accel-Buffering', 'no');
    return streamBody(c, async (body) => {
      // Which of these comes first, or at all, differs by how the client goes.
      body.onAbort(leave);
      signal.addEventListener('abort', leave, { once: true });
      cut.signal.addEventListener('abort', () => body.abort(), { once: true });
      if (body.aborted || signal.aborted) leave();
      try {
        for (let text = await outlet.take(); text !== null; text = await outlet.take()) {
          if (!(await within(body.write(text), stalledAfterMs))) cut.abort();
        }
      } finally {
        signal.removeEventListener('abort', leave);
        leave();
      }
    });
  });

/** False: it took longer. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
