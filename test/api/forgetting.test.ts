import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImportDesk } from '../../src/imports/desk.ts';
import { forgetAttempts } from '../../src/parties/attempt-limits.ts';
import { createReadWorld } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
});
afterAll(() => world?.end());

test('attempts to sign in are forgotten after a day, younger ones count on', async () => {
  await world.sql`insert into sign_in_attempts (subject, count, since) values
    ('email:old', 3, now() - interval '25 hours'), ('address:young', 2, now() - interval '23 hours')`;
  expect([await forgetAttempts(world.db), await forgetAttempts(world.db)]).toEqual([1, 0]);
  expect(await world.sql`select subject, count from sign_in_attempts`).toEqual([
    { subject: 'address:young', count: 2 },
  ]);
});

test('imports are forgotten with their errors and rows after 90 days; a younger one stays, and one that is under way', async () => {
  const old = ['im-000000000000000a', 'im-000000000000000b'];
  await world.sql`insert into imports (id, kind, mode, dry_run, state, by, created_at, alive_at) values
    (${old[0] ?? ''}, 'vehicles', 'strict', false, 'rejected', 'ann', now() - interval '91 days', now()),
    (${old[1] ?? ''}, 'vehicles', 'strict', false, 'done', 'ann', now() - interval '100 days', now()),
    ('im-000000000000000c', 'vehicles', 'strict', false, 'checking', 'ann', now() - interval '91 days', now()),
    ('im-000000000000000d', 'vehicles', 'strict', false, 'rejected', 'ann', now() - interval '89 days', now())`;
  await world.sql`insert into import_errors (import_id, line, reason) select id, n, 'wrong' from imports, generate_series(1, 6000) n
    where id = ${old[0] ?? ''} or n < 3`;
  const desk = createImportDesk({ db: world.db, log: world.options.log });
  await desk.sweep();
  expect((await world.sql`select id from imports order by id`).map(({ id }) => id.at(-1))).toEqual(['c', 'd']);
  expect(await world.sql`select import_id as id, count(*)::int as n from import_errors group by 1 order by 1`).toEqual([
    { id: 'im-000000000000000c', n: 2 },
    { id: 'im-000000000000000d', n: 2 },
  ]);
});
