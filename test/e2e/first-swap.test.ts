import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiCommand } from '../../schema/wire/api/command.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { Swap, SwapStep } from '../../schema/wire/api/swap.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { framesOf } from '../api/sse.ts';
import { waitFor } from '../helpers/wait-for.ts';

const station = 'bj-007';
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  await waitFor('the station to be online', async () => (await state()).state === 'idle', { withinMs: 20_000 });
}, 60_000);
afterAll(() => world?.end());

const state = async () => (await world.ask<Bay>(`/api/v1/stations/${station}/bays/1`)).body;
const act = <T>(body: object, at?: string) =>
  world.ask<T>(`/api/v1/stations/${station}/bays/1/actions`, { body, ...(at ? { at } : {}) });
const taxi = () =>
  world.ask(`/api/v1/stations/${station}/simulator`, { body: { type: 'taxi', bay: null, vin: null, socPct: 20 } });
const swapsThat = async (is: Swap['state']) =>
  (await world.ask<{ items: Swap[] }>(`/api/v1/swaps?station=${station}&state=${is}`)).body.items;

describe('the first swap', () => {
  test('is seen live, is on record with its timeline, and leaves the ledger as the station has it', async () => {
    const leaving = new AbortController();
    const live = await fetch(`${world.url}/api/v1/stream`, {
      headers: { Authorization: `Bearer ${world.keys.service}` },
      signal: leaving.signal,
    });
    let heard = '';
    const listening = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of live.body ?? []) heard += decoder.decode(chunk, { stream: true });
    })().catch(() => {});

    expect((await taxi()).status).toBe(200);
    const [swap] = await waitFor(
      'a completed swap',
      async () => {
        const done = await swapsThat('completed');
        return done.length > 0 && done;
      },
      { withinMs: 20_000 },
    );
    if (!swap) throw new Error('no swap');
    expect(swap).toMatchObject({ id: `${station}.1.1`, packOut: expect.any(String), packIn: expect.any(String) });
    expect(swap.swapTimeMs).toBeGreaterThan(60_000);

    const { steps } = (await world.ask<{ steps: SwapStep[] }>(`/api/v1/swaps/${swap.id}`, { role: 'service' })).body;
    const order = (track: string) => steps.filter((step) => step.track === track).map((step) => step.step);
    expect(order('robot')).toEqual([
      'authorise',
      'positionAndClamp',
      'liftVehicle',
      'unlockPack',
      'lowerPack',
      'exchange',
      'raisePack',
      'lockPack',
      'verifyPack',
      'lowerVehicle',
      'release',
    ]);
    expect(order('shuttle')).toEqual(expect.arrayContaining(['fetchPack', 'stowPack', 'connectCharger']));
    for (const step of steps) {
      expect(step).toMatchObject({ attempt: 1, result: 'completed', actualMs: expect.any(Number) });
      const command = await world.ask<ApiCommand>(`/api/v1/commands/${encodeURIComponent(step.commandId)}`);
      expect(command.body).toMatchObject({ type: step.step, delivery: 'completed', result: { outcome: 'completed' } });
    }

    await waitFor('the stream to tell of it', () => heard.includes('"state":"completed"'));
    leaving.abort();
    await listening;
    const frames = framesOf(heard.slice(0, heard.lastIndexOf('\n\n')));
    expect(frames[0]?.event).toBe('state');
    const states = frames.flatMap(({ event, data }) => (event === 'swap' ? [(data as Swap).state] : []));
    expect(states.at(-1)).toBe('completed');
    expect(states).toContain('running');

    const audit = await world.ask<{ examined: number; violations: unknown[] }>('/api/v1/audit/custody');
    expect(audit.body).toMatchObject({ violations: [] });
    expect(audit.body.examined).toBe(world.sim.physicalPlaces().size);
    const inCar = await world.ask<{ items: { code: string }[] }>(`/api/v1/batteries?vehicle=${swap.vehicle}`);
    expect(inCar.body.items.map(({ code }) => code)).toEqual([swap.packIn]);
    const history = await world.ask<{ custody: { swap: string | null }[] }>(`/api/v1/batteries/${swap.packOut}`);
    expect(history.body.custody.filter((move) => move.swap === swap.id).length).toBeGreaterThanOrEqual(3);
  }, 60_000);
});

describe('an action', () => {
  test('is taken by whatever process it reaches, and refused with what is allowed', async () => {
    const held = await act<ApiCommand>({ action: 'hold', reason: 'cleaning the pit' }, world.elsewhere);
    expect(held.status).toBe(202);
    expect(held.body).toMatchObject({ type: 'hold', delivery: 'completed', params: { reason: 'cleaning the pit' } });
    const location = held.headers.get('location') ?? '';
    expect(location).toBe(`/api/v1/commands/${encodeURIComponent(held.body.id)}`);
    expect((await world.ask(location)).body).toEqual(held.body);
    expect((await world.ask(`/api/v1/commands/${held.body.id}`)).body).toEqual(held.body);
    await waitFor('the bay to be held', async () => (await state()).state === 'held');

    const again = await act<Problem>({ action: 'hold', reason: 'cleaning the pit' });
    expect(again).toMatchObject({ status: 409, body: { code: 'action-not-allowed' } });
    expect(again.body.allowed).toContain('resume');
    expect(again.body.allowed).not.toContain('hold');

    // The owner has what the other process did, and a car that comes meanwhile waits.
    await taxi();
    await waitFor('the car to wait', async () => (await state()).vehicle !== null);
    expect((await act({ action: 'resume', reason: 'pit is clean' })).status).toBe(202);
    await waitFor('the second swap', async () => (await swapsThat('completed')).length === 2, { withinMs: 20_000 });
  }, 60_000);

  test('that leads to a command answers with it', async () => {
    const slots = await world.ask<{ items: { slot: number; pack: { code: string } | null }[] }>(
      `/api/v1/stations/${station}/slots`,
    );
    const pack = slots.body.items.find((slot) => slot.pack !== null)?.pack?.code ?? '';
    await waitFor('the bay to be idle', async () => (await state()).state === 'idle', { withinMs: 20_000 });
    const taken = await act<ApiCommand>({ action: 'isolate-pack', pack, reason: 'it smells odd' });
    expect(taken).toMatchObject({ status: 202, body: { type: 'isolatePack', params: { pack } } });
    const location = taken.headers.get('location') ?? '';
    await waitFor(
      'the pack to be in the box',
      async () => (await world.ask<ApiCommand>(location)).body.delivery === 'completed',
      { withinMs: 20_000 },
    );
    const battery = await world.ask<{ place: { kind: string } }>(`/api/v1/batteries/${pack}`);
    expect(battery.body.place.kind).toBe('isolation');
  }, 60_000);

  test('is refused for whom, where and what it is not', async () => {
    const path = `/api/v1/stations/${station}/bays/1/actions`;
    const body = { action: 'hold', reason: 'because' };
    for (const role of ['fleet', 'regulator', 'service'] as const) {
      expect((await world.ask(path, { role, body })).status).toBe(403);
    }
    expect((await world.ask(`/api/v1/stations/${station}/bays/9/actions`, { body })).status).toBe(404);
    expect((await world.ask('/api/v1/stations/bj-999/bays/1/actions', { body })).status).toBe(404);
    const wrong: [body: object, pointer: string][] = [
      [{ reason: 'because' }, '/action'],
      [{ action: 'fly', reason: 'because' }, '/action'],
      [{ action: 'hold' }, '/reason'],
      [{ action: 'hold', reason: '  ' }, '/reason'],
      [{ action: 'hold', reason: 'a\u0000b' }, '/reason'],
      [{ action: 'hold', reason: 'x'.repeat(201) }, '/reason'],
      [{ action: 'hold', reason: 'because', by: 'me' }, '/by'],
      [{ action: 'resolve', reason: 'because' }, '/resolution'],
      [{ action: 'isolate-pack', reason: 'because' }, '/pack'],
      [{ action: 'hold', reason: 'because', pack: 'PLNPE50VC4SD0SE740000001' }, '/pack'],
    ];
    for (const [each, pointer] of wrong) {
      const refused = await act<Problem>(each);
      expect([each, refused.status, refused.body.errors?.[0]?.pointer]).toEqual([each, 422, pointer]);
    }
    expect((await state()).state).toBe('idle');
  });
});

describe('a journal', () => {
  test('is adopted only when it is the one that waits', async () => {
    const path = `/api/v1/stations/${station}/journal/adopt`;
    const early = await world.ask<Problem>(path, { body: { journalId: 'other', reason: 'controller replaced' } });
    expect(early).toMatchObject({ status: 409, body: { code: 'journal-not-adoptable' } });

    const replaced = { type: 'fault', fault: { kind: 'newJournal' } };
    expect((await world.ask(`/api/v1/stations/${station}/simulator`, { body: replaced })).status).toBe(200);
    const readStation = async () =>
      (
        await world.ask<{ pendingJournalId: string | null; journalId: string; online: boolean }>(
          `/api/v1/stations/${station}`,
        )
      ).body;
    const pending = await waitFor(
      'the new journal to be announced',
      async () => (await readStation()).pendingJournalId,
      {
        withinMs: 20_000,
      },
    );
    const adopted = await world.ask(path, { body: { journalId: pending, reason: 'controller replaced' } });
    expect(adopted).toMatchObject({ status: 200, body: { journalId: pending, pendingJournalId: null } });
    await waitFor('the station to be back', async () => (await readStation()).online, { withinMs: 20_000 });
    expect((await world.ask<{ violations: unknown[] }>('/api/v1/audit/custody')).body.violations).toEqual([]);
  }, 60_000);
});

test('the process says that it is ready, and what it measures', async () => {
  const ready = await fetch(`${world.url}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { ready: true, checks: { broker: { ok: true } } }]);
  const metrics = await fetch(`${world.url}/metrics`, { headers: { Authorization: `Bearer ${world.keys.service}` } });
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  expect(await metrics.text()).toMatch(/pitlane_http_request_seconds_count\{[^}]*route="\/api\/v1\/swaps\/:id"/);
});
