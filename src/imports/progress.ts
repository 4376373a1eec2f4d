import { setTimeout as sleep } from 'node:timers/promises';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { finalStates, importId } from '../../schema/wire/api/import.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { ApiError } from '../api/problem.ts';
import { problems } from '../api/route.ts';
import type { ImportDesk } from './desk.ts';
import { type ImportRow, readImport, toImport } from './store.ts';

const pollMs = 250;
const silentForMs = 15_000;
const mostStreams = 50;

export const progressRoute = createRoute({
  ...access('admin', 'operations', 'fleet'),
  method: 'get',
  path: '/{id}/progress',
  tags: ['imports'],
  summary: 'The import, each time it has changed, until it has ended',
  description: `Server-Sent Events: \`import\`, the whole import as \`/imports/{id}\` has it, first at once and then when something has changed; then
\`end\`, and the stream ends. Nothing is lost by coming back: each event says all there is to say, so there are no ids. Any process can answer.`,
  request: { params: z.object({ id: importId }) },
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems('not-found', 'too-many-streams'),
  },
});

export function sendProgress(c: Context<ApiEnv>, desk: ImportDesk, first: ImportRow): Response {
  if (desk.streams >= mostStreams)
    throw new ApiError('too-many-streams', undefined, { headers: { 'Retry-After': '10' } });
  desk.streams += 1;
  const caller = c.get('caller');
  const stillAllowed = c.get('stillAllowed');
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    let sent = '';
    let sentAt = 0;
    try {
      for (let row: ImportRow | null = first; row !== null; row = await readImport(desk.db, caller, first.id)) {
        const data = JSON.stringify(toImport(row));
        if (data !== sent) {
          await stream.writeSSE({ event: 'import', data });
          sent = data;
          sentAt = performance.now();
        } else if (performance.now() - sentAt > silentForMs) {
          await stream.write(':\n\n');
          sentAt = performance.now();
          if (!(await stillAllowed())) return;
        }
        if (finalStates.includes(row.state)) {
          await stream.writeSSE({ event: 'end', data: JSON.stringify({ state: row.state }) });
          return;
        }
        await sleep(pollMs);
        if (stream.aborted || desk.stopping) return;
      }
    } finally {
      desk.streams -= 1;
    }
  });
}
