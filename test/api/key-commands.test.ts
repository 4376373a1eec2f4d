import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKeyOrder, runKeyOrder } from '../../src/api/key-commands.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createReadWorld, seedStation } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
});
afterAll(() => world?.end());

async function type(line: string): Promise<string> {
  const order = readKeyOrder(line.split(' '));
  if (order.command === 'help') throw new Error('help');
  return runKeyOrder(world.db, order);
}

const answers = async (key: string) =>
  (await world.app.request('/api/v1/events', { headers: { Authorization: `Bearer ${key}` } })).status;

test('a key is made, works in its role, is listed and revoked', async () => {
  const key = /pl_\S+/.exec(await type('add regulator --label Ann'))?.[0] ?? '';
  const id = key.split('_')[1] ?? '';
  expect(await answers(key)).toBe(200);
  expect(await type('list')).toMatch(new RegExp(`^${id}  regulator +\\d{4}-\\d\\d-\\d\\d  Ann$`, 'm'));
  expect(await type('list')).not.toContain(key);
  expect(await type(`revoke pl_${id}`)).toBe('The regulator key of Ann is revoked.');
  await waitFor('the key works no more', async () => (await answers(key)) === 401);
  expect(await type('list')).not.toContain(id);
  expect(await type('list --all')).toContain('Ann  (revoked)');
  await expect(type(`revoke ${id}`)).rejects.toThrow(`There is no key ${id} that works.`);
});

test('a key is bound to stations or an organisation, and the list says so', async () => {
  await seedStation(world.sql, 'bj-001', 1);
  await type('add staff --label Li --stations bj-001');
  await world.sql`insert into organisations (id, kind, name) values ('yinjian', 'fleet', 'Yinjian')`;
  await type('add fleet --label Wang --organisation yinjian');
  expect(await type('list')).toMatch(/Li {2}bj-001$/m);
  expect(await type('list')).toMatch(/Wang {2}of yinjian$/m);
  await expect(type('add owner --label Zhao --organisation yinjian')).rejects.toThrow('There is no owner organisation');
  await expect(type('add staff --label Li --stations bj-001,bj-404')).rejects.toThrow('There is no station bj-404.');
});

test.each([
  ['add staff --label x --stations BJ', '"BJ" is no station id.'],
  ['add admin --label x --stations bj-001', 'an admin is bound to no stations.'],
  ['add staff --label x --organisation f', '--organisation is for the roles fleet and owner.'],
  ['add fleet --label x', 'a key of the role fleet needs --organisation.'],
  ['fly', 'There is no command "fly".'],
  ['add', 'add needs a role: admin, operations, staff, fleet, owner, regulator, maintenance, service.'],
  ['add king --label x', 'add needs a role'],
  ['add staff', '--label must say'],
  ['add staff x --label y', '"x" is one argument too many.'],
  ['revoke', 'revoke needs the id of the key.'],
  ['list --colour', "Unknown option '--colour'"],
])('%s is refused with a sentence', (line, sentence) => {
  expect(() => readKeyOrder(line.split(' '))).toThrow(sentence);
});
