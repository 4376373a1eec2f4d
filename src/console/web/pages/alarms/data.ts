import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import type { StationPerson } from '../../../../../schema/wire/api/log.ts';
import { api, bodyOf } from '../../api/client.ts';
import type { Notice } from './notice.ts';
import { ofAlarm, ofIncident, ofSiteAlarm } from './notice.ts';

/** Who may be given an alarm or an incident. */
type Of = Pick<Notice, 'kind' | 'station'>;

const peopleOptions = ({ kind, station: id }: Of) =>
  queryOptions({
    queryKey: [kind === 'siteAlarm' ? 'second-life-sites' : 'stations', 'people', id],
    staleTime: 300_000,
    queryFn: () =>
      kind === 'siteAlarm'
        ? bodyOf(api['second-life-sites'][':id'].people.$get({ param: { id } }))
        : bodyOf(api.stations[':id'].people.$get({ param: { id } })),
  });

const most = 20;

/** People who can see to something at the stations and sites of these, by id. */
export function usePeopleOf(notices: readonly Of[]): ReadonlyMap<string, StationPerson> {
  const places = new Map(notices.map((each) => [`${each.kind === 'siteAlarm'} ${each.station}`, each]));
  return useQueries({
    queries: [...places.values()].slice(0, most).map(peopleOptions),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data }) => data?.items ?? []).map((person): [string, StationPerson] => [person.id, person]),
      ),
  });
}

/** People who can see to something at these stations, by id. */
export const usePeople = (stations: readonly string[]): ReadonlyMap<string, StationPerson> =>
  usePeopleOf(stations.map((station) => ({ kind: 'alarm', station })));

export const usePeopleAt = (notice: Of) => useQuery(peopleOptions(notice));

/** Alarms of second-life sites that stand: the stream does not carry them. */
export const useSiteAlarms = (enabled = true) =>
  useQuery({
    queryKey: ['alarms', 'sites'],
    enabled,
    queryFn: async () => {
      const { items } = await bodyOf(api['second-life-alarms'].$get({ query: { active: 'true', limit: '200' } }));
      return items.map(ofSiteAlarm);
    },
    refetchInterval: 10_000,
  });

/** The newest that are over: the stream keeps them for some minutes only. */
export const usePast = (station: string, enabled: boolean) =>
  useQuery({
    queryKey: ['alarms', 'past', station],
    enabled,
    queryFn: async (): Promise<Notice[]> => {
      const query = { limit: '100', ...(station === '' ? {} : { station }) };
      const [alarms, incidents, atSites] = await Promise.all([
        bodyOf(api.alarms.$get({ query: { ...query, active: 'false' } })),
        bodyOf(api.incidents.$get({ query: { ...query, open: 'false' } })),
        station === ''
          ? bodyOf(api['second-life-alarms'].$get({ query: { limit: '100', active: 'false' } }))
          : { items: [] },
      ]);
      const all = [...alarms.items.map(ofAlarm), ...incidents.items.map(ofIncident), ...atSites.items.map(ofSiteAlarm)];
      return all.sort((a, b) => b.at.localeCompare(a.at));
    },
  });

const linesAfter = 12;

/** The lines of a station's log before and after the one that raised it, newest first. */
export const useLogAround = ({ station, eventN }: { station: string; eventN: number }) =>
  useQuery({
    queryKey: ['events', 'around', station, eventN],
    queryFn: () =>
      bodyOf(api.events.$get({ query: { station, upTo: String(eventN + linesAfter), limit: String(3 * linesAfter) } })),
  });
