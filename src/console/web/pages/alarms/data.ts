import { useQueries, useQuery } from '@tanstack/react-query';
import type { StationPerson } from '../../../../../schema/wire/api/log.ts';
import { api, bodyOf } from '../../api/client.ts';
import type { Notice } from './notice.ts';
import { ofAlarm, ofIncident } from './notice.ts';

/** People who can see to something at these stations, by id. */
export function usePeople(stations: readonly string[]): ReadonlyMap<string, StationPerson> {
  return useQueries({
    queries: stations.map((station) => ({
      queryKey: ['stations', 'people', station],
      staleTime: 300_000,
      queryFn: () => bodyOf(api.stations[':id'].people.$get({ param: { id: station } })),
    })),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data }) => data?.items ?? []).map((person): [string, StationPerson] => [person.id, person]),
      ),
  });
}

export const useStationPeople = (station: string) =>
  useQuery({
    queryKey: ['stations', 'people', station],
    staleTime: 300_000,
    queryFn: () => bodyOf(api.stations[':id'].people.$get({ param: { id: station } })),
  });

/** The newest that are over: the stream keeps them for some minutes only. */
export const usePast = (station: string, enabled: boolean) =>
  useQuery({
    queryKey: ['alarms', 'past', station],
    enabled,
    queryFn: async (): Promise<Notice[]> => {
      const query = { limit: '100', ...(station === '' ? {} : { station }) };
      const [alarms, incidents] = await Promise.all([
        bodyOf(api.alarms.$get({ query: { ...query, active: 'false' } })),
        bodyOf(api.incidents.$get({ query: { ...query, open: 'false' } })),
      ]);
      return [...alarms.items.map(ofAlarm), ...incidents.items.map(ofIncident)].sort((a, b) =>
        b.at.localeCompare(a.at),
      );
    },
  });

const linesAfter = 12;

/** The lines of a station's log before and after the one that raised it, newest first. */
export const useLogAround = ({ station, eventN }: Notice) =>
  useQuery({
    queryKey: ['events', 'around', station, eventN],
    queryFn: () =>
      bodyOf(api.events.$get({ query: { station, upTo: String(eventN + linesAfter), limit: String(3 * linesAfter) } })),
  });
