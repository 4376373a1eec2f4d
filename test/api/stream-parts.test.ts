import { describe, expect, test } from 'vitest';
import type { StreamDelta } from '../../schema/wire/api/stream.ts';
import { everything } from '../../src/api/scope.ts';
import { createStreamHub, type StreamRequest } from '../../src/api/stream/hub.ts';
import { createOutlet } from '../../src/api/stream/outlet.ts';
import { createRing } from '../../src/api/stream/ring.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { framesOf } from './sse.ts';

describe('the ring', () => {
  test('gives what follows an id, and nothing for an id it cannot answer', () => {
    const ring = createRing<string>('a', 3);
    for (const frame of ['one', 'two', 'three', 'four']) ring.push((id) => `${id} ${frame}`);
    expect(ring.lastId).toBe('a:4');
    expect(ring.after('a:4')).toEqual([]);
    expect(ring.after('a:2')).toEqual(['a:3 three', 'a:4 four']);
    expect(ring.after('a:1')).toEqual(['a:2 two', 'a:3 three', 'a:4 four']);
    for (const id of ['a:0', 'a:5', 'b:3', 'a:', 'a:-1', 'a:1e0', 'a: 3', '', '4']) expect(ring.after(id)).toBeNull();
  });
});

describe('an outlet', () => {
  test('hands out everything queued at once, and ends after it', async () => {
    const outlet = createOutlet(100);
    outlet.push('a');
    outlet.push('b');
    expect(await outlet.take()).toBe('ab');
    const waiting = outlet.take();
    outlet.push('c');
    expect(await waiting).toBe('c');
    outlet.push('d');
    outlet.end();
    expect(outlet.push('e')).toBe(false);
    expect(await outlet.take()).toBe('d');
    expect(await outlet.take()).toBeNull();
  });

  test('closes itself when it is full; the first piece always fits', async () => {
    let overruns = 0;
    const outlet = createOutlet(5, () => {
      overruns += 1;
    });
    expect(outlet.push('longer than all the room')).toBe(true);
    expect(outlet.push('x')).toBe(false);
    expect(outlet.push('x')).toBe(false);
    expect(overruns).toBe(1);
    expect(await outlet.take()).toBeNull();
  });
});

/** Two stations held in memory in the form the database gives them. */
function memorySource() {
  const things = new Map<string, StreamDelta[]>();
  const versions = new Map<string, number>();
  return {
    reads: 0,
    set(station: string, ...deltas: StreamDelta[]) {
      things.set(station, deltas);
      versions.set(station, (versions.get(station) ?? 0) + 1);
    },
    async readVersions() {
      return [...versions].map(([station, version]) => ({ station, version }));
    },
    async read(stations: readonly string[]) {
      this.reads += 1;
      return stations.flatMap((station) => things.get(station) ?? []);
    },
    async readTelemetry() {
      return [];
    },
  };
}

const slot = (station: string, locked: boolean): StreamDelta => ({
  type: 'slot',
  value: { station, slot: 1, pack: null, charging: false, locked, reservedBy: null },
});
const alarm = (station: string): StreamDelta => ({
  type: 'alarm',
  value: {
    id: `${station}/k`,
    station,
    key: 'k',
    level: 2,
    code: 'hot',
    bay: null,
    place: null,
    pack: null,
    detail: '',
    raisedAt: '2026-05-01T08:00:00.000Z',
    clearedAt: null,
    times: 1,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedNote: null,
    assignedTo: null,
    assignedAt: null,
    eventN: 1,
  },
});

const request = (more: Partial<StreamRequest> = {}): StreamRequest => ({
  role: 'staff',
  scope: everything,
  stillAllowed: async () => true,
  onOverrun: () => {},
  ...more,
});

describe('the hub', () => {
  const start = (options: Partial<Parameters<typeof createStreamHub>[0]> = {}) => {
    const source = memorySource();
    source.set('s-1', slot('s-1', false));
    source.set('s-2', slot('s-2', false));
    const errors: unknown[] = [];
    const hub = createStreamHub({
      source,
      instance: 'i',
      onError: (error) => errors.push(error),
      pollMs: 10,
      gatherMs: 1,
      ...options,
    });
    return { hub, source, errors };
  };

  test('gives the full state first, then numbered changes of what differs', async () => {
    const { hub, source } = start();
    const outlet = hub.connect(request());
    const [first] = framesOf((await outlet?.take()) ?? '');
    expect(first).toMatchObject({
      event: 'state',
      id: 'i:0',
      data: { slots: [{ station: 's-1' }, { station: 's-2' }] },
    });
    source.set('s-2', slot('s-2', true), alarm('s-2'));
    expect(framesOf((await outlet?.take()) ?? '')).toMatchObject([
      { event: 'slot', id: 'i:1', data: { station: 's-2', locked: true } },
      { event: 'alarm', id: 'i:2', data: { station: 's-2' } },
    ]);
    hub.stop();
  });

  test('resumes after an id, or starts over when the id means nothing here', async () => {
    const { hub, source } = start();
    const one = hub.connect(request());
    await one?.take();
    for (const locked of [true, false, true]) {
      source.set('s-1', slot('s-1', locked));
      await one?.take();
    }
    const resumed = hub.connect(request({ lastEventId: 'i:1' }));
    expect(framesOf((await resumed?.take()) ?? '').map(({ id }) => id)).toEqual(['i:2', 'i:3']);
    const restarted = hub.connect(request({ lastEventId: 'before:3' }));
    expect(framesOf((await restarted?.take()) ?? '')).toMatchObject([{ event: 'state', id: 'i:3' }]);
    hub.stop();
  });

  test('reads nothing while nobody listens, and loses nothing of what happened then', async () => {
    const { hub, source } = start();
    const one = hub.connect(request());
    await one?.take();
    if (one) hub.disconnect(one);
    await waitFor('polling to stop', async () => {
      const before = source.reads;
      source.set('s-1', slot('s-1', source.reads % 2 === 0));
      await new Promise((resolve) => setTimeout(resolve, 40));
      return source.reads === before;
    });
    source.set('s-2', slot('s-2', true));
    const back = hub.connect(request({ lastEventId: 'i:0' }));
    const frames = framesOf((await back?.take()) ?? '');
    expect(frames.some(({ data }) => JSON.stringify(data).includes('"s-2"'))).toBe(true);
    hub.stop();
  });

  test('shows a role and a station only what they may and want to see', async () => {
    const { hub, source } = start();
    source.set('s-1', slot('s-1', false), alarm('s-1'));
    const fleet = hub.connect(request({ role: 'fleet' }));
    const second = hub.connect(request({ station: 's-2' }));
    expect(framesOf((await fleet?.take()) ?? '')[0]?.data).toMatchObject({ alarms: [] });
    expect(framesOf((await second?.take()) ?? '')[0]?.data).toMatchObject({ slots: [{ station: 's-2' }], alarms: [] });
    source.set('s-1', slot('s-1', true));
    source.set('s-2', slot('s-2', true), alarm('s-2'));
    expect(framesOf((await second?.take()) ?? '').map(({ event }) => event)).toEqual(['slot', 'alarm']);
    const seen = framesOf((await fleet?.take()) ?? '').map(({ event }) => event);
    expect(seen).not.toContain('alarm');
    hub.stop();
  });

  test('drops a client that does not keep up, and keeps the others', async () => {
    const { hub, source } = start({ maxQueuedChars: 600 });
    let cut = false;
    const slow = hub.connect(
      request({
        onOverrun: () => {
          cut = true;
        },
      }),
    );
    const quick = hub.connect(request());
    await quick?.take();
    await slow?.take();
    for (let n = 0; !cut; n++) {
      source.set('s-1', slot('s-1', n % 2 === 0));
      expect(await quick?.take()).toContain('event: slot');
    }
    expect(hub.clients).toBe(1);
    expect(hub.dropped).toBe(1);
    expect(await slow?.take()).toBeNull();
    hub.stop();
  });

  test('has a limit of clients, beats, and ends when the key does', async () => {
    let allowed = true;
    const { hub } = start({ maxClients: 1, heartbeatMs: 15 });
    const outlet = hub.connect(request({ stillAllowed: async () => allowed }));
    expect(hub.connect(request())).toBeNull();
    await outlet?.take();
    expect(await outlet?.take()).toBe('event: beat\ndata: {"sent":1}\n\n');
    allowed = false;
    await waitFor('the end of the stream', async () => (await outlet?.take()) === null);
    hub.stop();
  });

  test('tells of a failed read and tries again', async () => {
    const { hub, source, errors } = start();
    const outlet = hub.connect(request());
    await outlet?.take();
    const read = source.read;
    source.read = async () => {
      throw new Error('no database');
    };
    source.set('s-1', slot('s-1', true));
    await waitFor('the error', () => errors.length > 0);
    source.read = read;
    expect(await outlet?.take()).toContain('"locked":true');
    hub.stop();
  });
});
