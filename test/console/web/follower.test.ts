import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createFollower, type FollowerOptions } from '../../../src/console/web/live/follower.ts';
import type { FromWorker } from '../../../src/console/web/live/messages.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { bayOf, contentOf, emptyState, frame, scripted, storeOf } from './stream.ts';

const running = new Set<{ stop(): void }>();
afterEach(() => {
  for (const follower of running) follower.stop();
  running.clear();
});

function following(service: ReturnType<typeof scripted>, options: Partial<FollowerOptions> = {}) {
  const told: FromWorker[] = [];
  const tell = (message: FromWorker) => told.push(message);
  const follower = createFollower({ fetch: service.fetch, tell, gatherMs: 1, longestWaitMs: 2, ...options });
  running.add(follower);
  follower.follow('');
  return { told, follower };
}

const links = (told: readonly FromWorker[]) => told.flatMap((each) => (each.type === 'link' ? [each.state] : []));
const first = frame('state', 'a:1', { ...emptyState(), bays: [bayOf('bj-001', '1', 1).value] });
const change = (n: number) => frame('bay', `a:${n}`, bayOf('bj-001', '1', n).value);
const beat = (sent: number) => frame('beat', null, { sent });
const versionIn = (told: readonly FromWorker[]) =>
  (storeOf(told).one('bay', 'bj-001/1') as { version?: number } | undefined)?.version;

describe('who follows the stream', () => {
  test('is told the full state, then what changed', async () => {
    const { told } = following(scripted([[first, change(2), change(3)]]));
    await waitFor('the last change', () => versionIn(told) === 3);
    expect(links(told)).toEqual(['connecting', 'live']);
    expect(storeOf(told).link()).toMatchObject({ state: 'live', known: true });
  });

  test('is told only the newest of what changed within a moment', async () => {
    const many = Array.from({ length: 500 }, (_, n) => change(n + 2));
    const { told } = following(scripted([[first, ...many]]), { gatherMs: 50 });
    await waitFor('the last change', () => versionIn(told) === 501);
    const changes = told.slice(told.findIndex(({ type }) => type === 'whole'));
    expect(changes.filter(({ type }) => type === 'things').length).toBeLessThan(10);
  });

  test('goes on from where it was when the connection ends', async () => {
    const service = scripted([[first, change(2), beat(2)], [change(3)]]);
    const { told } = following(service);
    await waitFor('what came after', () => versionIn(told) === 3);
    expect(service.asked.map((headers) => headers.get('Last-Event-ID'))).toEqual([null, 'a:2']);
    expect(links(told)).toEqual(['connecting', 'live', 'late', 'late', 'live']);
  });

  test('goes on from the last beat, for what came after it may not be all', async () => {
    // The second frame was lost, and the connection with it before a beat could say so.
    const service = scripted([[first, change(3)], [change(4)]]);
    const { told } = following(service);
    await waitFor('what came after', () => versionIn(told) === 4);
    expect(service.asked.map((headers) => headers.get('Last-Event-ID'))).toEqual([null, 'a:1']);
  });

  test('asks for everything when the beat says that something is missing', async () => {
    const anew = frame('state', 'a:9', { ...emptyState(), bays: [bayOf('bj-001', '1', 9).value] });
    const service = scripted([
      [first, change(2), beat(3)],
      [anew, beat(1)],
    ]);
    const { told } = following(service);
    await waitFor('the full state again', () => versionIn(told) === 9);
    expect(service.asked[1]?.get('Last-Event-ID')).toBeNull();
  });

  test('counts the frames of each connection by itself', async () => {
    const service = scripted([
      [first, change(2), beat(2)],
      [change(3), beat(1)],
    ]);
    const { told } = following(service);
    await waitFor('the second beat', () => told.filter(({ type }) => type === 'heard').length === 2);
    expect(service.asked).toHaveLength(2);
  });

  test('is told so when nothing is heard for too long, though the connection stands', async () => {
    const { told } = following(scripted([[first], [beat(0)]]), { lateAfterMs: 30 });
    await waitFor('late', () => links(told).includes('late'));
  });

  test('hears at once when the session is over, and nothing is asked again', async () => {
    const service = scripted([[first], 401, [first]]);
    const { told } = following(service);
    await waitFor('signed out', () => links(told).at(-1) === 'signedOut');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(service.asked).toHaveLength(2);
  });

  test('keeps asking a service that is not there or is busy', async () => {
    const service = scripted([503, 502, [first]]);
    const { told } = following(service);
    await waitFor('the state', () => versionIn(told) === 1);
    expect(links(told)).toEqual(['connecting', 'late', 'late', 'late', 'late', 'live']);
  });

  test('knows the same however the text is cut', async () => {
    const text = [first, change(2), beat(2), frame('bay', 'a:3', bayOf('望京', '2', 3).value), change(4), beat(4)].join(
      '',
    );
    const whole = contentOf(storeOf(await heard([text])));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 12 }), async (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), text.length];
        const pieces = cuts.slice(1).map((end, at) => text.slice(cuts[at], end));
        expect(contentOf(storeOf(await heard(pieces)))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

async function heard(pieces: readonly string[]): Promise<FromWorker[]> {
  const { told, follower } = following(scripted([pieces]));
  await waitFor('the last beat', () => told.filter(({ type }) => type === 'heard').length === 2, { everyMs: 1 });
  follower.stop();
  return told;
}
