import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UserRole } from '../../../../../schema/wire/api/access.ts';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';

const loadReaders: readonly UserRole[] = ['admin', 'operations', 'staff', 'maintenance', 'regulator'];
export const useMayReadLoad = () => isOneOf(useCaller(), loadReaders);

export const useSite = (id: string) =>
  useQuery({
    queryKey: ['second-life-sites', 'one', id],
    queryFn: () => bodyOf(api['second-life-sites'][':id'].$get({ param: { id }, header: {} })),
  });

export const useSiteAssets = (site: string) =>
  useQuery({
    queryKey: ['second-life-assets', 'at', site],
    queryFn: () => bodyOf(api['second-life-assets'].$get({ query: { site, limit: '200' } })),
  });

const dayMs = 86_400_000;
const beijing = 8 * 3_600_000;

/** `2026-11-22` of Asia/Shanghai. */
export const dayOf = (at: number): string => new Date(at + beijing).toISOString().slice(0, 10);
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - beijing;
export const nextDay = (day: string, days: number): string => dayOf(startOfDay(day) + days * dayMs + 1);

/** The last day that has a reading; today where there is none. */
export const useLastDay = (id: string) =>
  useQuery({
    queryKey: ['second-life-sites', 'last-day', id],
    queryFn: async () => {
      const { items } = await bodyOf(
        api['second-life-sites'][':id'].readings.$get({ param: { id }, query: { limit: '1' } }),
      );
      return dayOf(items[0] ? Date.parse(items[0].startsAt) : Date.now());
    },
    enabled: useMayReadLoad(),
  });

export const useLoad = (id: string, day: string | null) =>
  useQuery({
    queryKey: ['second-life-sites', 'load', id, day],
    queryFn: () => {
      const start = startOfDay(day ?? '');
      const query = { from: new Date(start).toISOString(), to: new Date(start + dayMs).toISOString() };
      return bodyOf(api['second-life-sites'][':id'].load.$get({ param: { id }, query }));
    },
    enabled: day !== null,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
