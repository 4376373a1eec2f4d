import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamDelta } from '../../../schema/wire/api/stream.ts';
import { createStreamHub, type StreamHub } from '../../../src/api/stream/hub.ts';
import { createFollower } from '../../../src/console/web/live/follower.ts';
import { createLiveStore } from '../../../src/console/web/live/store.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { bayOf, contentOf } from './stream.ts';

/** The service's own hub over stations in memory, and a network that cuts, loses and ends streams when it is told to. */
function createWorld() {
  const stations = new Map<string, number>(['bj-001', 'bj-002', 'bj-003'].map((id) => [id, 1]));
  const current = (id: string): StreamDelta[] => ['1', '2'].map((bay) => bayOf(id, bay, stations.get(id) ?? 0));
  let starts = 0;
  let loseNext = 0;
  const open = new Set<AbortController>();
  const start = (): StreamHub => {
    starts += 1;
    return createStreamHub({
      instance: `i${starts}`,
      onError: (error) => {
        throw error;
      },
      // Little room, so that resuming is at times impossible.
      ringSize: 8,
      heartbeatMs: 10,
      pollMs: 5,
      gatherMs: 1,
      source: {
        readVersions: async () => [...stations].map(([station, version]) => ({ station, version })),
        read: async (ids) => ids.flatMap(current),
        readTelemetry: async () => [],
      },
    });
  };
  let hub = start();
  const fetcher: typeof fetch = async (_url, init) => {
    const outlet = hub.connect({
      role: 'operations',
      scope: { stations: null, fleet: null, owner: null } as never,
      lastEventId: new Headers(init?.headers).get('Last-Event-ID') ?? undefined,
      stillAllowed: async () => true,
      onOverrun: () => {},
    });
    if (outlet === null) return new Response('', { status: 503 });
    const line = new AbortController();
    open.add(line);
    const ended = AbortSignal.any([line.signal, ...(init?.signal ? [init.signal] : [])]);
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const text = await outlet.take();
        if (text === null || ended.aborted) return controller.close();
        const kept = text.split('\n\n').filter((part) => !(part.startsWith('event: bay') && loseNext-- > 0));
        controller.enqueue(new TextEncoder().encode(kept.join('\n\n')));
      },
    });
    ended.addEventListener('abort', () => hub.disconnect(outlet), { once: true });
    return new Response(body);
  };
  return {
    fetch: fetcher,
    change(id: string) {
      stations.set(id, (stations.get(id) ?? 0) + 1);
      hub.changed([id]);
    },
    cut() {
      for (const line of open) line.abort();
      open.clear();
    },
    lose(frames: number) {
      loseNext = frames;
    },
    restart() {
      hub.stop();
      hub = start();
    },
    truth: () => [...stations.keys()].flatMap(current).map(({ type, value }) => `${type} ${JSON.stringify(value)}`),
    stop: () => hub.stop(),
  };
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('bj-001', 'bj-002', 'bj-003').map((id) => ({ do: 'change', id }) as const) },
  { weight: 2, arbitrary: fc.constant({ do: 'cut' } as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((frames) => ({ do: 'lose', frames }) as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' } as const) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }).map((ms) => ({ do: 'wait', ms }) as const) },
);

test('whatever is cut, lost or started anew on the way: the page ends with what the service knows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      const world = createWorld();
      const store = createLiveStore();
      const tell = store.take.bind(store);
      const follower = createFollower({ fetch: world.fetch, tell, gatherMs: 1, longestWaitMs: 4, lateAfterMs: 2000 });
      try {
        follower.follow('');
        for (const each of steps) {
          if (each.do === 'change') world.change(each.id);
          else if (each.do === 'lose') world.lose(each.frames);
          else if (each.do === 'wait') await new Promise((resolve) => setTimeout(resolve, each.ms));
          else world[each.do]();
        }
        world.lose(0);
        const truth = world.truth().toSorted();
        await waitFor(
          'the page to know it all, live',
          () => store.link().state === 'live' && contentOf(store).join() === truth.join(),
          { withinMs: 20_000, everyMs: 2 },
        );
        expect(contentOf(store)).toEqual(truth);
      } finally {
        follower.stop();
        world.stop();
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 240_000);
