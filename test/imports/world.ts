import { randomUUID } from 'node:crypto';
import type { Role } from '../../schema/wire/api/access.ts';
import type { FileImport, ImportError } from '../../schema/wire/api/import.ts';
import { finalStates } from '../../schema/wire/api/import.ts';
import { type Answer, callerOf, createReadWorld, type Listed } from '../api/fixture.ts';
import { waitFor } from '../helpers/wait-for.ts';

export type Body = string | Uint8Array | ReadableStream<Uint8Array>;
export type ImportWorld = Awaited<ReturnType<typeof createImportWorld>>;

/** An API over a database with some parties and models, and the hands of somebody who brings files in. */
export async function createImportWorld() {
  const world = await createReadWorld();
  const { sql } = world;
  await sql`insert into organisations (id, kind, name) values
    ('blue-taxi', 'fleet', 'Blue'), ('green-taxi', 'fleet', 'Green'), ('pack-bank', 'owner', 'Bank'), ('other-bank', 'owner', 'Other')`;
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    select id, id, 'LFP', 50000, 400, 400, 'frame-a', 'plug-a' from unnest(array['BP-50', 'BP-75']) id`;
  const call = callerOf(world.app, world.keys);

  const send = (
    query: string,
    body: Body,
    { as = 'admin', key = randomUUID(), type = 'text/csv' }: { as?: Role; key?: string | null; type?: string } = {},
  ): Promise<Answer<FileImport>> =>
    call<FileImport>(`/api/v1/imports?${query}`, as, {
      method: 'POST',
      headers: { 'Content-Type': type, ...(key === null ? {} : { 'Idempotency-Key': `"${key}"` }) },
      body,
      duplex: 'half',
    } as RequestInit);
  const ended = (id: string): Promise<FileImport> =>
    waitFor(`the end of ${id}`, async () => {
      const { body } = await call<FileImport>(`/api/v1/imports/${id}`, 'admin');
      return finalStates.includes(body.state) && body;
    });
  return {
    ...world,
    call,
    send,
    ended,
    /** Sends a file and waits for what comes of it. */
    async bringIn(query: string, body: Body, as: Role = 'admin'): Promise<FileImport> {
      const answer = await send(query, body, { as });
      if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`);
      return ended(answer.body.id);
    },
    async errorsOf(id: string): Promise<string[]> {
      const { body } = await call<Listed>(`/api/v1/imports/${id}/errors?limit=200`, 'admin');
      return (body.items as unknown as ImportError[]).map(
        ({ line, column, reason, severity }) =>
          `${line}:${column} ${reason}${severity === 'warning' ? ' (warning)' : ''}`,
      );
    },
  };
}
