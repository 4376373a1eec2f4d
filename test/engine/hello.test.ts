import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createKit, logOf, markOf, seenBy } from './kit.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('hello', () => {
  it('ahead of the mark waits for the records before it', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect(station, { greets: false });
    plc.seq = 2;
    plc.hello();
    plc.record(1, 'vehicleEntered', { bay: '1' });
    plc.record(2, 'vehicleEntered', { bay: '1' });
    await waitFor('it is applied', async () => (await markOf(sql, station)).reconciled);
    expect(await logOf(sql, station)).toEqual(['record vehicleEntered 1', 'record vehicleEntered 2', 'hello hello']);
    const [hello] =
      await sql`select as_of_seq::int, boot, body -> 'beat' as beat from station_hellos where station = ${station}`;
    expect(hello).toEqual({ as_of_seq: 2, boot: 1, beat: 3 });
  });

  it('that records have overtaken is asked for again', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect(station, { greets: false });
    plc.hello({ anchor: { atMs: 0, utc: new Date().toISOString() } });
    plc.say('vehicleEntered', { bay: '1' });
    await plc.acked(1);
    const asked = plc.received.filter(({ kind }) => kind === 'helloRequest').length;
    plc.hello({ asOfSeq: 0, anchor: { atMs: 0, utc: new Date().toISOString() } });
    await plc.gets('helloRequest', asked + 1);
    expect(await seenBy(sql, station)).not.toContain('gap journalLost');
  });

  it('of a station that has forgotten records holds the bays and asks staff for a new journal', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    plc.say('vehicleEntered', { bay: '1' });
    plc.say('vehicleEntered', { bay: '1' });
    await plc.acked(2);
    plc.seq = 1;
    plc.hello({ anchor: { atMs: 10_000_000, utc: new Date().toISOString() } });
    await waitFor('the bays hold', async () => (await seenBy(sql, station)).includes('gap journalLost'));
    const [alarm] = await sql`select detail from alarms where station = ${station}`;
    expect(alarm?.detail).toContain("the station's journal ends at 1, 2 records are committed");
    expect(await markOf(sql, station)).toMatchObject({ seq: 2 });
    // The records that are gone are those the station has forgotten, all of them committed here.
    const [lost] = await sql`
      select (body ->> 'from')::int as "from", (body ->> 'to')::int as "to"
      from events where station = ${station} and source = 'gap' and type = 'journalLost'`;
    expect(lost).toEqual({ from: 2, to: 2 });
  });

  it('with a faster clock is refused to a real station', async () => {
    const { sql, station, startEngine, connect } = await createKit(db, { simulated: false });
    await startEngine();
    const plc = await connect(station, { greets: false });
    plc.hello({ timeScale: 10 });
    await waitFor('it is refused', async () => (await seenBy(sql, station)).length > 0);
    expect(await seenBy(sql, station)).toEqual(['gap skipped']);
    expect(await markOf(sql, station)).toMatchObject({ reconciled: false });
    expect(await sql`select key from alarms where station = ${station}`).toEqual([{ key: 'timeScale' }]);
  });

  it('turns station time into UTC, faster clocks included', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect(station, { greets: false });
    plc.hello({ timeScale: 10, anchor: { atMs: 100_000, utc: '2026-08-01T00:00:00.000Z' } });
    await waitFor('it is applied', async () => (await markOf(sql, station)).reconciled);
    const head = { v: 1, station, journalId: plc.journalId, boot: 1, kind: 'record' };
    plc.raw(
      `pitlane/v1/${station}/up`,
      JSON.stringify({ ...head, seq: 1, atMs: 160_000, type: 'vehicleEntered', body: { bay: '1' } }),
    );
    plc.seq = 1;
    await plc.acked(1);
    const [row] = await sql`select occurred_at from events where station = ${station} and seq = 1`;
    expect(row?.occurred_at.toISOString()).toBe('2026-08-01T00:00:06.000Z');
  });

  it('is asked for again after a boot, and nothing is commanded before', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect(station, { greets: false });
    plc.hello();
    await waitFor('it is greeted', async () => (await markOf(sql, station)).reconciled);
    plc.boot = 2;
    plc.say('booted', { reason: 'watchdog', firmware: '1' });
    plc.say('vehicleEntered', { bay: '1' });
    await plc.acked(2);
    await plc.gets('helloRequest');
    expect(plc.received.filter(({ kind }) => kind === 'command')).toEqual([]);
    plc.hello();
    await plc.gets('command');
  });
});

describe('the link', () => {
  it('is lost by silence and regained by the next hello', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine({ config: { owner: `link-${station}`, linkLostMs: 300 } });
    const plc = await connect();
    await waitFor('it is up', async () => (await markOf(sql, station)).linkUp);
    await waitFor('it is lost', async () => (await seenBy(sql, station)).includes('link'));
    expect(await markOf(sql, station)).toMatchObject({ linkUp: false, reconciled: false });
    plc.heartbeat();
    await waitFor('it is back', async () => {
      plc.heartbeat();
      return (await markOf(sql, station)).reconciled;
    });
    expect((await logOf(sql, station)).slice(0, 3)).toEqual(['hello hello', 'link linkLost', 'hello hello']);
  });
});

describe('another journal', () => {
  it('counts only after staff have adopted it, from its first record', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    const engine = await startEngine();
    const old = await connect();
    old.say('vehicleEntered', { bay: '1' });
    old.say('vehicleEntered', { bay: '1' });
    await old.acked(2);
    await old.close();
    const plc = await connect(station, { journalId: 'new-controller', boot: 1 });
    plc.say('vehicleLeft', { bay: '1', early: false });
    const pending = async () => {
      const [row] = await sql`select pending_journal_id from station_marks where station = ${station}`;
      return row?.pending_journal_id;
    };
    await waitFor('it is known to wait', async () => (await pending()) === 'new-controller');
    expect(await markOf(sql, station)).toMatchObject({ seq: 2 });
    expect(plc.received.every(({ ack }) => ack?.journalId !== 'new-controller')).toBe(true);

    await engine.adoptJournal(station, 'new-controller', 'staff-key');
    // As rule 5 of the contract has it: what is not acknowledged is published again.
    plc.record(1, 'vehicleLeft', { bay: '1', early: false });
    await plc.acked(1);
    await waitFor('it is greeted', async () => (await markOf(sql, station)).reconciled);
    expect(await pending()).toBe(null);
    expect(await markOf(sql, station)).toMatchObject({ seq: 1, journalId: 'new-controller' });
    const [adoption] = await sql`select cause, body from events where station = ${station} and type = 'adoptJournal'`;
    expect(adoption).toEqual({
      cause: 'staff-key',
      body: { journalId: 'new-controller', before: old.journalId, beforeSeq: 2 },
    });
    expect(await sql`select key from alarms where station = ${station} and cleared_at is null`).toEqual([]);
  });

  it('gets no command and no cancel while it waits, and none of the old ones after it was adopted', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    const engine = await startEngine();
    const old = await connect();
    old.say('vehicleEntered', { bay: '1' });
    const command = await old.gets('command');
    await old.close();
    const plc = await connect(station, { journalId: 'new-controller', boot: 1 });
    plc.say('vehicleLeft', { bay: '1', early: false });
    await waitFor('it is known to wait', async () => {
      const [row] = await sql`select pending_journal_id from station_marks where station = ${station}`;
      return row?.pending_journal_id === 'new-controller';
    });
    const before = plc.received.length;
    // Two rounds of resends would have come by the time another command has been sent again twice.
    const other = await createKit(db);
    await other.startEngine();
    const witness = await other.connect();
    witness.say('vehicleEntered', { bay: '1' });
    await witness.gets('command', 3);
    await engine.adoptJournal(station, 'new-controller', 'staff-key');
    plc.record(1, 'vehicleLeft', { bay: '1', early: false });
    await waitFor('it is greeted', async () => (await markOf(sql, station)).reconciled);
    const [row] = await sql`select state, result ->> 'outcome' as outcome from outbox where id = ${command.id}`;
    expect(row).toEqual({ state: 'failed', outcome: 'unknown' });
    expect(plc.received.slice(before).filter(({ kind }) => kind === 'command' || kind === 'cancel')).toEqual([]);
  });

  it('is forgotten when the adopted controller speaks again', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    await waitFor('it is greeted', async () => (await markOf(sql, station)).reconciled);
    const stray = await connect(station, { journalId: 'stray', greets: false });
    stray.say('vehicleLeft', { bay: '1', early: false });
    const pending = async () => {
      const [row] = await sql`select pending_journal_id from station_marks where station = ${station}`;
      return row?.pending_journal_id;
    };
    await waitFor('the stray one is noticed', async () => (await pending()) === 'stray');
    await stray.close();
    plc.heartbeat();
    await waitFor('it is forgotten', async () => (await pending()) === null);
    expect(await sql`select key from alarms where station = ${station} and cleared_at is null`).toEqual([]);
  });

  it('that was left says nothing more: neither its late will nor its late records are a new controller', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    const engine = await startEngine();
    const old = await connect();
    old.say('vehicleEntered', { bay: '1' });
    await old.acked(1);
    await old.close();
    const plc = await connect(station, { journalId: 'new-controller', boot: 1 });
    const pending = async () => {
      const [row] = await sql`select pending_journal_id from station_marks where station = ${station}`;
      return row?.pending_journal_id;
    };
    await waitFor('it is known to wait', async () => (await pending()) === 'new-controller');
    await engine.adoptJournal(station, 'new-controller', 'staff-key');
    await waitFor('it is greeted', async () => (await markOf(sql, station)).reconciled);

    const late = await connect(station, { journalId: old.journalId, greets: false });
    late.raw(
      `pitlane/v1/${station}/up`,
      JSON.stringify({ v: 1, station, journalId: old.journalId, boot: 1, kind: 'will' }),
    );
    late.record(1, 'vehicleEntered', { bay: '1' });
    late.heartbeat();
    const asked = late.received.length;
    // Whatever speaks with the old journal is asked who it is: a controller that was put back would answer.
    await waitFor('it is asked', () => late.received.slice(asked).some(({ kind }) => kind === 'helloRequest'));
    plc.record(1, 'vehicleLeft', { bay: '1', early: false });
    await plc.acked(1);
    expect(await pending()).toBe(null);
    expect((await logOf(sql, station)).filter((line) => line === 'gap foreignJournal')).toHaveLength(1);

    late.hello();
    await waitFor('the one put back is known to wait', async () => (await pending()) === old.journalId);
  });
});
