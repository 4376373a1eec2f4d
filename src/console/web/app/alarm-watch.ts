import { useLocalStorage } from '@mantine/hooks';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { api, bodyOf } from '../api/client.ts';
import { useNews } from '../live/use-live.ts';
import { isUnseen, keyOf, ofAlarm, ofIncident, ofSiteAlarm } from '../pages/alarms/notice.ts';
import { showTitleBadge } from './title.ts';

/** What nobody has acknowledged at the stations of the caller and at second-life sites. Where a page follows the stream, its news is asked for at once. */
const unseenQuery = queryOptions({
  queryKey: ['alarms', 'unseen'],
  queryFn: async () => {
    const [alarms, incidents, atSites] = await Promise.all([
      bodyOf(api.alarms.$get({ query: { active: 'true', limit: '200' } })),
      bodyOf(api.incidents.$get({ query: { open: 'true', limit: '200' } })),
      bodyOf(api['second-life-alarms'].$get({ query: { active: 'true', limit: '200' } })),
    ]);
    const all = [...alarms.items.map(ofAlarm), ...incidents.items.map(ofIncident), ...atSites.items.map(ofSiteAlarm)];
    return all.filter(isUnseen).map(keyOf).sort();
  },
  refetchInterval: 10_000,
  // The tab that nobody looks at is the one whose title and sound are for.
  refetchIntervalInBackground: true,
});

const gatherMs = 500;

/** Whether alarms sound; kept in this browser. Off until somebody switches it on. */
export const useAlarmSound = () => useLocalStorage({ key: 'pitlane-alarm-sound', defaultValue: false });

/** On every page: how many alarms and incidents nobody has acknowledged, also in the title of the tab; and a sound for what is new among them. */
export function useAlarmWatch(enabled: boolean): number {
  const queries = useQueryClient();
  const { data } = useQuery({ ...unseenQuery, enabled });
  const [sound] = useAlarmSound();
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onNews = useCallback(() => {
    due.current ??= setTimeout(() => {
      due.current = undefined;
      void queries.invalidateQueries({ queryKey: unseenQuery.queryKey });
    }, gatherMs);
  }, [queries]);
  useNews('alarm', onNews);
  useNews('incident', onNews);
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (!data) return;
    const before = known.current;
    known.current = new Set(data);
    // What was there when the page opened is no news.
    if (sound && before !== null && data.some((key) => !before.has(key))) beep();
  }, [data, sound]);
  const count = enabled ? (data?.length ?? 0) : 0;
  useEffect(() => {
    showTitleBadge(count);
    return () => showTitleBadge(0);
  }, [count]);
  return count;
}

/** Two short tones. A browser allows no sound before the first click or key. */
export function beep(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  const context = new AudioContext();
  for (const [at, hertz] of [
    [0, 880],
    [0.25, 660],
  ] as const) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = hertz;
    loudness.gain.value = 0.15;
    tone.connect(loudness).connect(context.destination);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + 0.18);
  }
  setTimeout(() => void context.close(), 1_000);
}
