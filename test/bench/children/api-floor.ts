/** The floor of a read path: a bare Hono handler and the one SELECT it needs. No key, no limits, no log, no check of what goes in or out. */
import { Hono } from 'hono';
import postgres from 'postgres';
import { startApiServer } from '../../../src/api/server.ts';
import { readPaths } from '../api/paths.ts';
import { answerParent } from '../child-link.ts';

async function open({ databaseUrl, connections }: { databaseUrl: string; connections: number }) {
  const sql = postgres(databaseUrl, { max: connections, idle_timeout: 0, max_lifetime: null, fetch_types: false });
  const app = new Hono();
  for (const { path, select, values } of readPaths) {
    app.get(path.split('?')[0] as string, async (c) =>
      c.json({ items: await sql.unsafe(select, values, { prepare: true }), nextCursor: null }),
    );
  }
  const server = await startApiServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  return server.url;
}

answerParent({ open });
process.once('SIGTERM', () => process.exit(0));
