import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Act } from '../../schema/wire/api/act.ts';
import { operations } from '../../src/acts/operations.ts';
import { createApp } from '../../src/api/app.ts';
import { readKeyOrder, runKeyOrder } from '../../src/api/key-commands.ts';
import { issueKey } from '../../src/api/key-store.ts';
import { keyIdOf, newKey } from '../../src/api/keys.ts';
import { openBrowser, password, passwordHash } from '../parties/browser.ts';
import { type Document, operationsOf } from './conventions/openapi-document.ts';
import { createReadWorld, seedStation, vin } from './fixture.ts';

// That every operation leaves its line when it succeeds: test/api/conventions/examples.test.ts, which sends all of them.

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, 'bj-001', 4, 1);
  const hash = await passwordHash();
  await world.sql`insert into organisations (id, kind, name) values ('blue-taxi', 'fleet', 'Blue'), ('green-cab', 'fleet', 'Green')`;
  await world.sql`insert into users (id, email, name, role, organisation, password_hash) values
    ('u00000000000a', 'ann@example.com', 'Ann', 'admin', null, ${hash}),
    ('u00000000000b', 'wang@example.com', 'Wang', 'fleet', 'blue-taxi', ${hash})`;
});
afterAll(() => world?.end());

type Page = { items: Act[]; nextCursor: string | null };

async function send(method: string, path: string, key: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await world.app.request(`/api/v1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'If-Match': '*', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    request: answer.headers.get('x-request-id'),
    body: text === '' ? null : JSON.parse(text),
  };
}

const list = async (query = '', key = world.keys.admin): Promise<Act[]> => {
  const { status, body } = await send('GET', `acts?limit=200&${query}`, key);
  expect(status).toBe(200);
  return (body as Page).items;
};
const linesOf = async (request: string | null) => (await list()).filter((each) => each.request === request);

test('each changing operation of the API has its name in the record, and nothing else has one', async () => {
  const document = (await (await world.app.request('/openapi.json')).json()) as Document;
  const changing = operationsOf(document).flatMap(({ name }) => (/^(GET|HEAD) /.test(name) ? [] : name));
  expect(Object.keys(operations).sort()).toEqual(changing.sort());
});

test('a change leaves who, what, to which thing, which members, why, and the request', async () => {
  const made = await send('POST', 'vehicles', world.keys.operations, { vin: vin(1), fleet: 'blue-taxi' });
  expect(made.status).toBe(201);
  expect(await linesOf(made.request)).toMatchObject([
    {
      actor: { id: keyIdOf(world.keys.operations), name: 'test operations', role: 'operations', organisation: null },
      what: 'vehicleEntered',
      kind: 'vehicle',
      object: vin(1),
      members: null,
      outcome: 'done',
    },
  ]);
  const changed = await send('PATCH', `vehicles/${vin(1)}`, world.keys.operations, { plate: '京A00001' });
  expect(changed.status).toBe(200);
  expect(await linesOf(changed.request)).toMatchObject([{ what: 'vehicleChanged', members: ['plate'] }]);
  const model = {
    id: 'BP-50',
    name: 'BP 50',
    chemistry: 'NCM',
    nominalWh: 50_000,
    nominalV: 350,
    massKg: 320,
    mechanicalInterface: 'frame-a',
    electricalInterface: 'plug-400',
  };
  expect((await send('POST', 'battery-models', world.keys.operations, model)).status).toBe(201);
  const battery = { code: 'PLNPB01ABCDEFGJ710000901', model: 'BP-50', reason: 'bought', at: { kind: 'delivery' } };
  const entered = await send('POST', 'batteries', world.keys.operations, battery);
  expect(entered.status).toBe(201);
  expect(await linesOf(entered.request)).toMatchObject([{ what: 'batteryEntered', reason: 'bought' }]);
});

test('what is refused, and a request that is repeated, leave no line', async () => {
  const again = { 'Idempotency-Key': '"acts-1"' };
  const body = { id: 'red-taxi', kind: 'fleet', name: 'Red' };
  const first = await send('POST', 'organisations', world.keys.admin, body, again);
  const replayed = await send('POST', 'organisations', world.keys.admin, body, again);
  expect([first.status, replayed.status]).toEqual([201, 201]);
  const taken = await send('POST', 'organisations', world.keys.admin, { ...body, name: 'Other' });
  expect(taken.status).toBe(409);
  const stale = await send('PATCH', 'organisations/red-taxi', world.keys.admin, { name: 'R' }, { 'If-Match': '"7"' });
  expect(stale.status).toBe(412);
  expect((await list('object=red-taxi')).map(({ request }) => request)).toEqual([first.request]);
});

test('two who change one edition at once: one change, one line', async () => {
  await send('POST', 'organisations', world.keys.admin, { id: 'two-taxi', kind: 'fleet', name: 'Two' });
  const both = await Promise.all(
    ['a', 'b'].map((name) =>
      send('PATCH', 'organisations/two-taxi', world.keys.admin, { name }, { 'If-Match': '"1"' }),
    ),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const won = both.find(({ status }) => status === 200);
  const lines = await list('object=two-taxi&kind=organisation');
  expect(lines.map(({ what, request }) => [what, request])).toEqual([
    ['organisationChanged', won?.request],
    ['organisationMade', expect.any(String)],
  ]);
});

test('signing in, choosing a language and signing out; what is refused, and when it is locked', async () => {
  const app = createApp({ ...world.options, registry: new Registry() });
  const ann = openBrowser(app);
  const since = new Date(Date.now() - 1).toISOString();
  expect((await ann.signIn('ann@example.com', 'not her password at all')).status).toBe(401);
  expect((await ann.signIn('nobody@example.com', 'not a password at all')).status).toBe(401);
  expect((await ann.signIn('ann@example.com')).status).toBe(201);
  expect((await ann.ask('PATCH', 'session', { language: 'en' })).status).toBe(200);
  expect((await ann.ask('DELETE', 'session')).status).toBe(204);
  const story = async () =>
    (await list(`from=${since}`))
      .filter(({ what }) => what !== 'accessRefused')
      .map(({ what, outcome, actor, object }) => [what, outcome, actor?.id ?? null, object])
      .reverse();
  const session = expect.stringMatching(/^s[0-9a-f]{12}$/);
  expect(await story()).toEqual([
    ['signInRefused', 'refused', null, 'user:u00000000000a'],
    ['signInRefused', 'refused', null, null],
    ['signedIn', 'done', 'user:u00000000000a', session],
    ['profileChanged', 'done', 'user:u00000000000a', 'u00000000000a'],
    ['signedOut', 'done', 'user:u00000000000a', session],
  ]);
  for (let n = 0; n < 14; n += 1) await ann.signIn('wang@example.com', `wrong number ${n} of many`);
  // Each of the same kind once a minute, however often it is tried.
  expect((await story()).slice(5)).toEqual([
    ['signInRefused', 'refused', null, 'user:u00000000000b'],
    ['signInLocked', 'refused', null, null],
  ]);
  await world.sql`delete from sign_in_attempts`;
});

test('an invitation and a password: told as they are, with nothing of the secret', async () => {
  const app = createApp({ ...world.options, registry: new Registry() });
  const made = await send('POST', 'users', world.keys.admin, {
    email: 'new@example.com',
    name: 'New',
    role: 'operations',
    stations: [],
    language: 'zh',
  });
  expect(made.status).toBe(201);
  const { user, invitation } = made.body as { user: { id: string }; invitation: { token: string } };
  const browser = openBrowser(app);
  const next = 'another four words to keep';
  expect((await browser.ask('POST', 'session/invitation', { token: invitation.token, password })).status).toBe(201);
  expect((await browser.ask('PUT', 'session/password', { current: password, next })).status).toBe(200);
  const token = Object.values(browser.cookies)[0] ?? '';
  const lines = await list(`actor=user:${user.id}`);
  expect(lines.map(({ what }) => what)).toEqual(['passwordChanged', 'invitationTaken']);
  const key = await send('POST', 'keys', world.keys.admin, { label: 'k', role: 'regulator' });
  expect(key.status).toBe(201);
  const stored = JSON.stringify(await world.sql`select * from acts`);
  const secrets = [password, next, token, invitation.token, (key.body as { key: string }).key.slice(16)];
  for (const secret of secrets) expect(stored).not.toContain(secret);
});

test('a key that does not work, and one that may not', async () => {
  const wrong = newKey().key;
  expect((await send('GET', 'stations', wrong)).status).toBe(401);
  expect((await send('POST', 'organisations', world.keys.regulator, {})).status).toBe(403);
  expect((await send('POST', 'organisations', world.keys.regulator, {})).status).toBe(403);
  expect((await list(`object=${keyIdOf(wrong)}`)).map(({ what, outcome, actor }) => [what, outcome, actor])).toEqual([
    ['keyRefused', 'refused', null],
  ]);
  const refused = await list(`actor=${keyIdOf(world.keys.regulator)}`);
  expect(refused.map(({ what, detail }) => [what, detail])).toEqual([['accessRefused', 'POST /api/v1/organisations']]);
});

test('fleets see what their own people and keys did; a key of some stations sees none of it', async () => {
  const [ours, theirs] = await Promise.all(
    ['blue-taxi', 'green-cab'].map((organisation) => issueKey(world.db, 'fleet', organisation, { organisation })),
  );
  const made = await send('POST', 'webhooks', theirs ?? '', {
    url: 'https://8.8.8.8/hook',
    description: '',
    types: [],
  });
  expect((await list('', theirs)).map(({ request }) => request).includes(made.request)).toBe(made.status === 201);
  for (const key of [ours, theirs]) {
    const seen = await list('', key);
    const own = key === ours ? 'blue-taxi' : 'green-cab';
    expect(seen.every(({ actor }) => actor?.organisation === own)).toBe(true);
  }
  const bound = await issueKey(world.db, 'operations', 'bound', { stations: ['bj-001'] });
  expect((await send('GET', 'acts', bound)).status).toBe(403);
});

test('what the examples of the reference come too late for leaves its line too', async () => {
  const { operations: key } = world.keys;
  const keyed = (name: string) => ({ 'Idempotency-Key': `"${name}"` });
  await world.sql`insert into organisations (id, kind, name) values ('pack-bank', 'owner', 'Bank') on conflict do nothing`;
  expect((await send('POST', 'plans', key, { id: 'taxi', name: 'Taxi', owner: 'pack-bank', terms: {} })).status).toBe(
    201,
  );
  const quote = await send('POST', 'leases', key, { vehicle: vin(1), lessee: 'blue-taxi', plan: 'taxi' }, keyed('q'));
  expect(quote.status).toBe(201);
  const lease = (quote.body as { id: string }).id;
  const withdrawn = await send('POST', `leases/${lease}/withdraw`, key, { reason: 'not wanted' }, keyed('w'));
  expect(withdrawn.status).toBe(200);
  expect((await list(`object=${lease}`)).map(({ what, reason }) => [what, reason])).toEqual([
    ['leaseWithdrawn', 'not wanted'],
    ['leaseQuoted', null],
  ]);
  const hook = await send('POST', 'webhooks', key, { url: 'https://8.8.8.8/hook' });
  expect(hook.status).toBe(201);
  const { id } = hook.body as { id: string };
  const sent = await send('POST', `webhooks/${id}/test`, key);
  const { event } = sent.body as { event: string };
  expect((await send('POST', `webhooks/${id}/deliveries/${event}/redeliver`, key)).status).toBe(202);
  expect((await list(`object=${id}`)).map(({ what }) => what)).toEqual([
    'webhookRedelivered',
    'webhookTested',
    'webhookMade',
  ]);
});

test('is narrowed by actor, kind, thing and time, and read page by page', async () => {
  const all = await list();
  const kinds = await list('kind=organisation');
  expect(kinds).toEqual(all.filter(({ kind }) => kind === 'organisation'));
  const middle = all[Math.floor(all.length / 2)]?.at ?? '';
  expect(await list(`to=${middle}`)).toEqual(all.filter(({ at }) => at < middle));
  const seen: Act[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await send('GET', `acts?limit=3${cursor ? `&cursor=${cursor}` : ''}`, world.keys.operations);
    seen.push(...(body as Page).items);
    cursor = (body as Page).nextCursor;
  }
  expect(seen).toEqual(all);
});

test('keys made and revoked from the command line are told too', async () => {
  const said = await runKeyOrder(world.db, readKeyOrder(['add', 'regulator', '--label', 'city']) as never);
  const id = keyIdOf(/pl_\S+/.exec(said)?.[0] ?? '') ?? '';
  await runKeyOrder(world.db, readKeyOrder(['revoke', id]) as never);
  expect((await list(`object=${id}`)).map(({ what, actor }) => [what, actor?.id])).toEqual([
    ['keyRevoked', 'operator'],
    ['keyMade', 'operator'],
  ]);
});

test('nothing changes a line or takes one away', async () => {
  for (const text of ["update acts set what = 'x'", 'delete from acts', 'truncate acts'])
    await expect(world.sql.unsafe(text)).rejects.toThrow('is append-only');
});
