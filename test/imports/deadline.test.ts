import postgres from 'postgres';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { FileImport } from '../../schema/wire/api/import.ts';
import { createApp } from '../../src/api/app.ts';
import { createReadDatabase } from '../../src/api/read-database.ts';
import { connect } from '../../src/db/client.ts';
import { createImportDesk } from '../../src/imports/desk.ts';
import { callerOf, code } from '../api/fixture.ts';
import { createImportWorld } from './world.ts';

test('a step without an answer is given up with its connection: nothing enters, and the next file comes in', async () => {
  const world = await createImportWorld();
  const connections = createReadDatabase(
    await connect({ databaseUrl: world.url, max: 2, name: 'test-import', statementTimeoutMs: 600_000 }),
  );
  const sizes: number[] = [];
  let givenUp = 0;
  const imports = createImportDesk({
    db: connections.db,
    log: world.options.log,
    limitMs(rows) {
      sizes.push(rows);
      return givenUp === 0 ? 500 : 60_000;
    },
    onStuck() {
      givenUp += 1;
      connections.replace();
    },
  });
  const call = callerOf(createApp({ ...world.options, registry: new Registry(), imports }), world.keys);
  const send = (key: string, serials: number[]) =>
    call<FileImport>('/api/v1/imports?kind=batteries', 'admin', {
      method: 'POST',
      headers: { 'Content-Type': 'text/csv', 'Idempotency-Key': `"${key}"` },
      body: ['code,model', ...serials.map((serial) => `${code(serial)},BP-50`)].join('\n'),
    });

  // Whoever holds the models answers as much as a line that is cut.
  const silence = postgres(world.url, { max: 1, onnotice: () => {} });
  await silence`begin`;
  await silence`lock table battery_models in access exclusive mode`;
  const first = await send('stuck', [1, 2]);
  expect(await world.ended(first.body.id)).toMatchObject({ state: 'failed', inserted: 0 });
  expect(givenUp).toBe(1);
  await silence`rollback`;
  await silence.end();
  expect(await world.sql`select from batteries`).toHaveLength(0);

  const second = await send('heard', [1, 2, 3]);
  expect(await world.ended(second.body.id)).toMatchObject({ state: 'done', inserted: 3 });
  expect(new Set(sizes)).toEqual(new Set([2, 3]));
  await imports.stop();
  await connections.end();
  await world.end();
});
