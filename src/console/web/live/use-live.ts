import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { DeltaType } from '../../../../schema/wire/api/stream.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { createLiveStore, listTopic } from './store.ts';

const store = createLiveStore();
let worker: Worker | null = null;
let followed: string | null = null;

/** Which part of the network a page looks at: one station whole, or of all stations these kinds. */
export type LiveScope = { station: string } | { only: readonly DeltaType[] };

const queryOf = (scope: LiveScope): string =>
  'station' in scope ? `?station=${encodeURIComponent(scope.station)}` : `?only=${scope.only.join(',')}`;

/** Follows the stream while the page is open. Pages that look at the same part share one stream. */
export function useFollow(scope: LiveScope): void {
  const query = queryOf(scope);
  useEffect(() => {
    follow(query);
  }, [query]);
}

function follow(query: string): void {
  if (followed === query) return;
  followed = query;
  store.clear();
  if (!worker) {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => store.take(data));
  }
  worker.postMessage({ type: 'follow', query } satisfies ToWorker);
}

export function useLink() {
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe('link', listener), []),
    store.link,
  );
}

/** `id`: of a bay or a slot `station/number`. */
export function useOne<T extends DeltaType>(type: T, id: string) {
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe(`${type} ${id}`, listener), [type, id]),
    () => store.one(type, id),
  );
}

/** All that the stream tells of a kind, or those of one station, in no order. */
export function useAll<T extends DeltaType>(type: T, station?: string) {
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe(listTopic(type, station), listener), [type, station]),
    () => store.all(type, station),
  );
}

/** Calls back when the stream has told of something of this kind. */
export function useNews(type: DeltaType, told: () => void): void {
  useEffect(() => store.subscribe(listTopic(type), told), [type, told]);
}

const waiting = new Map<number, Set<() => void>>();

/** All who are told every so often are told at once, so that a page is drawn once for all that it shows. */
function later(everyMs: number, listener: () => void): void {
  const those = waiting.get(everyMs);
  if (those) {
    those.add(listener);
    return;
  }
  waiting.set(everyMs, new Set([listener]));
  setTimeout(() => {
    const told = waiting.get(everyMs);
    waiting.delete(everyMs);
    for (const each of told ?? []) each();
  }, everyMs);
}

/** As `useAll`, told at most every so often: for pages that show so much that each change would keep them busy. */
export function useAllCalm<T extends DeltaType>(type: T, everyMs: number) {
  const subscribe = useCallback(
    (listener: () => void) => {
      const end = store.subscribe(listTopic(type), () => later(everyMs, listener));
      return () => {
        end();
        waiting.get(everyMs)?.delete(listener);
      };
    },
    [type, everyMs],
  );
  return useSyncExternalStore(subscribe, () => store.all(type));
}
