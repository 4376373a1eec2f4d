import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { stepFakeWithin } from './fake-core.ts';
import { completed, createKit, type Kit, logOf, markOf, type Plc, seenBy } from './kit.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const deliveryOf = async ({ sql }: Kit, id: string) => {
  const [row] = await sql`
    select state, sent_at is not null as sent, accepted_at is not null as accepted, settled_at is not null as settled,
      cancelled_at is not null as cancelled, result
    from outbox where id = ${id}`;
  return row;
};

const commandTexts = (plc: Plc): string[] => plc.texts.filter((text) => text.includes('"kind":"command"'));

describe('a command', () => {
  it('leaves after its commit, is repeated until the station reports a result, and then never again', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const command = await plc.gets('command');
    expect(command).toMatchObject({ type: 'release', bay: '1', validity: { boot: 1, untilBeat: 23 }, ack: { seq: 1 } });
    await plc.gets('command', 3);
    plc.say('commandAccepted', { id: command.id });
    await plc.acked(2);
    expect(await deliveryOf(kit, command.id)).toMatchObject({
      state: 'accepted',
      sent: true,
      accepted: true,
      settled: false,
    });
    plc.say('commandResult', completed(command.id));
    await plc.acked(3);
    expect(await deliveryOf(kit, command.id)).toMatchObject({
      state: 'completed',
      settled: true,
      result: { outcome: 'completed', reason: null, detail: null, durationMs: 5 },
    });
    const sent = commandTexts(plc).length;
    plc.say('vehicleEntered', { bay: '1' });
    const next = await plc.gets('command', sent + 1);
    expect(next.id).not.toBe(command.id);
    expect(new Set(commandTexts(plc).map((text) => text.slice(text.indexOf('"kind"')))).size).toBe(2);
  });

  it('that nobody answers is stored as sent all the same', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const { id } = await plc.gets('command');
    await waitFor('it is stored as sent', async () => (await deliveryOf(kit, id))?.state === 'sent');
  });

  it.each([
    ['failed', 'failed'],
    ['unknown', 'failed'],
    ['expired', 'expired'],
    ['refused', 'refused'],
    ['cancelled', 'superseded'],
  ])('reported as %s is stored as %s', async (outcome, state) => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const { id } = await plc.gets('command');
    const reason = outcome === 'failed' || outcome === 'refused' ? 'interlock' : null;
    plc.say('commandResult', { ...completed(id), outcome, reason });
    await plc.acked(2);
    expect(await deliveryOf(kit, id)).toMatchObject({ state, settled: true, result: { outcome, reason } });
  });

  it('is not settled by a conflict about another hash', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const { id } = await plc.gets('command');
    plc.say('commandResult', { ...completed(id), outcome: 'conflict', hash: 'another-hash' });
    await plc.acked(2);
    expect(await deliveryOf(kit, id)).toMatchObject({ settled: false });
  });

  it('that is withdrawn turns into a cancel until the station answers', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const { id, hash } = await plc.gets('command');
    plc.say('vehicleLeft', { bay: '1', early: true });
    expect(await plc.gets('cancel')).toMatchObject({ id, hash, bay: '1' });
    await plc.gets('cancel', 2);
    const commands = commandTexts(plc).length;
    plc.say('cancelTooLate', { id });
    // Its result is wanted all the same.
    await plc.gets('command', commands + 1);
    plc.say('commandResult', completed(id));
    await plc.acked(4);
    expect(await deliveryOf(kit, id)).toMatchObject({ state: 'completed', cancelled: true });
  });

  it('does not leave before a hello of this worker, nor while the link is down', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect(kit.station, { greets: false });
    await plc.gets('helloRequest');
    plc.hello();
    await waitFor('it is greeted', async () => (await markOf(kit.sql, kit.station)).reconciled);
    plc.raw(
      `pitlane/v1/${kit.station}/up`,
      JSON.stringify({ v: 1, station: kit.station, journalId: plc.journalId, boot: 1, kind: 'will' }),
    );
    await waitFor('the link is down', async () => !(await markOf(kit.sql, kit.station)).linkUp);
    plc.say('vehicleEntered', { bay: '1' });
    await plc.acked(1);
    expect(commandTexts(plc)).toEqual([]);
    plc.hello();
    await plc.gets('command');
    expect(await logOf(kit.sql, kit.station)).toEqual([
      'hello hello',
      'link linkLost',
      'record vehicleEntered 1',
      'hello hello',
    ]);
  });

  it('survives the worker: the next one sends it unchanged under its own epoch, after a hello', async () => {
    const kit = await createKit(db);
    const first = await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const command = await plc.gets('command');
    const [text = ''] = commandTexts(plc);
    await first.stop();
    await kit.startEngine();
    const again = await waitFor('it comes again under another epoch', () =>
      plc.received.find((message) => message.kind === 'command' && message.epoch > command.epoch),
    );
    const asked = plc.received.findIndex(({ kind, epoch }) => kind === 'helloRequest' && epoch === again.epoch);
    expect(asked).toBeGreaterThan(-1);
    expect(asked).toBeLessThan(plc.received.indexOf(again));
    const tail = (each: string) => each.slice(each.indexOf('"kind"'));
    expect(tail(plc.texts[plc.received.indexOf(again)] ?? '')).toBe(tail(text));
  });

  it('comes under a higher epoch when the station has obeyed a higher one', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const command = await plc.gets('command');
    const highest = command.epoch + 50;
    plc.raw(
      `pitlane/v1/${kit.station}/up`,
      JSON.stringify({
        v: 1,
        station: kit.station,
        journalId: plc.journalId,
        boot: 1,
        kind: 'fenced',
        id: command.id,
        epoch: highest,
      }),
    );
    const again = await waitFor('it comes under a higher epoch', () =>
      plc.received.find((message) => message.kind === 'command' && message.epoch > highest),
    );
    expect(again).toMatchObject({ id: command.id, hash: command.hash });
    const [lease] = await kit.sql`select epoch::int from partition_leases where epoch > ${highest}`;
    expect(lease).toEqual({ epoch: again.epoch });
  });
});

describe('a timer', () => {
  it('fires once it is due, also when it was armed by a worker that is gone', async () => {
    const kit = await createKit(db);
    const first = await kit.startEngine({ stepStation: stepFakeWithin(2_000) });
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    await plc.acked(1);
    await first.stop();
    expect(await kit.sql`select send_id from timers where station = ${kit.station}`).toEqual([{ send_id: 'late' }]);
    await kit.startEngine({ stepStation: stepFakeWithin(2_000) });
    await waitFor('it has fired', async () => (await seenBy(kit.sql, kit.station)).includes('timer late'));
    expect(await kit.sql`select 1 from timers where station = ${kit.station}`).toHaveLength(0);
    expect((await seenBy(kit.sql, kit.station)).filter((name) => name === 'timer late')).toHaveLength(1);
  });

  it('that was cancelled does not fire', async () => {
    const kit = await createKit(db);
    await kit.startEngine({ stepStation: stepFakeWithin(2_000) });
    const plc = await kit.connect();
    plc.say('vehicleEntered', { bay: '1' });
    const { id } = await plc.gets('command');
    plc.say('commandResult', completed(id));
    plc.say('vehicleEntered', { bay: '1' });
    await waitFor('the second one has fired', async () => (await seenBy(kit.sql, kit.station)).includes('timer late'));
    expect((await seenBy(kit.sql, kit.station)).filter((name) => name === 'timer late')).toHaveLength(1);
  });
});
