import type { DeltaType, StreamDelta } from '../../../../schema/wire/api/stream.ts';
import { keyOf, stationOf } from './key.ts';
import type { FromWorker, LinkState } from './messages.ts';

type ValueOf<T extends DeltaType> = Extract<StreamDelta, { type: T }>['value'];

export interface Link {
  /** idle: no page has asked for anything live yet. */
  state: LinkState | 'idle';
  /** There has been a full state: what is shown was true once. */
  known: boolean;
  /** When the service was last heard, by this computer's clock; null: never. */
  heardAt: number | null;
}

/** Ended swaps of one station that are kept: a page that is open for days must not grow. */
const endedSwapsKept = 20;

/**
 * Everything the stream has said, for React's `useSyncExternalStore`: each list is the same array until something in it changes, and only those
 * who look at what changed are told.
 */
export function createLiveStore(now: () => number = Date.now) {
  let shown = new Map<string, StreamDelta>();
  /** The full state that is coming in, until it is whole. */
  let coming: Map<string, StreamDelta> | null = null;
  let link: Link = { state: 'idle', known: false, heardAt: null };
  const listeners = new Map<string, Set<() => void>>();
  const lists = new Map<string, readonly unknown[]>();

  const tellTopics = (topics: Iterable<string>) => {
    const told = new Set<() => void>();
    for (const topic of topics) {
      lists.delete(topic);
      for (const listener of listeners.get(topic) ?? []) told.add(listener);
    }
    for (const listener of told) listener();
  };
  const tellAll = () => {
    lists.clear();
    tellTopics([...listeners.keys()]);
  };
  const setLink = (next: Partial<Link>) => {
    link = { ...link, ...next };
    tellTopics(['link']);
  };
  const apply = (deltas: readonly StreamDelta[]) => {
    const topics = new Set<string>();
    for (const delta of deltas) {
      const key = keyOf(delta);
      shown.delete(key);
      shown.set(key, delta);
      for (const topic of topicsOf(delta)) topics.add(topic);
    }
    if (deltas.some(({ type }) => type === 'swap')) dropOldSwaps(shown);
    tellTopics(topics);
  };
  return {
    take(message: FromWorker): void {
      switch (message.type) {
        case 'link':
          setLink(message.state === 'live' ? { state: 'live', heardAt: now() } : { state: message.state });
          return;
        case 'heard':
          setLink({ heardAt: now() });
          return;
        case 'anew':
          coming = new Map();
          return;
        case 'things':
          if (coming) for (const delta of message.deltas) coming.set(keyOf(delta), delta);
          else {
            link = { ...link, heardAt: now() };
            apply(message.deltas);
          }
          return;
        case 'whole':
          shown = coming ?? new Map();
          coming = null;
          dropOldSwaps(shown);
          link = { state: 'live', known: true, heardAt: now() };
          tellAll();
          return;
      }
    },
    /** Forgets everything: another part of the network is looked at. */
    clear(): void {
      shown = new Map();
      coming = null;
      link = { state: 'connecting', known: false, heardAt: null };
      tellAll();
    },
    subscribe(topic: string, listener: () => void): () => void {
      const those = listeners.get(topic) ?? new Set();
      those.add(listener);
      listeners.set(topic, those);
      return () => {
        those.delete(listener);
        if (those.size === 0) {
          listeners.delete(topic);
          lists.delete(topic);
        }
      };
    },
    link: (): Link => link,
    one<T extends DeltaType>(type: T, id: string): ValueOf<T> | undefined {
      return shown.get(`${type} ${id}`)?.value as ValueOf<T> | undefined;
    },
    /** All of a kind, or those of one station; in no order. */
    all<T extends DeltaType>(type: T, station?: string): readonly ValueOf<T>[] {
      const topic = listTopic(type, station);
      const kept = lists.get(topic);
      if (kept) return kept as readonly ValueOf<T>[];
      const list: ValueOf<T>[] = [];
      for (const delta of shown.values()) {
        if (delta.type === type && (station === undefined || stationOf(delta) === station))
          list.push(delta.value as ValueOf<T>);
      }
      lists.set(topic, list);
      return list;
    },
  };
}

export type LiveStore = ReturnType<typeof createLiveStore>;

export const listTopic = (type: DeltaType, station?: string): string =>
  station === undefined ? `${type}s` : `${type}s of ${station}`;

function topicsOf(delta: StreamDelta): string[] {
  return [keyOf(delta), listTopic(delta.type), listTopic(delta.type, stationOf(delta))];
}

/** The map is in the order of change, oldest first. */
function dropOldSwaps(things: Map<string, StreamDelta>): void {
  const ended = new Map<string, string[]>();
  for (const [key, delta] of things) {
    if (delta.type !== 'swap' || delta.value.endedAt === null) continue;
    const keys = ended.get(delta.value.station) ?? [];
    keys.push(key);
    ended.set(delta.value.station, keys);
  }
  for (const keys of ended.values()) {
    for (const key of keys.slice(0, Math.max(0, keys.length - endedSwapsKept))) things.delete(key);
  }
}
