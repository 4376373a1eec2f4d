import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { WorkOrder } from '../../../../../schema/wire/api/inventory.ts';
import { api, bodyOf } from '../../api/client.ts';

export const useStations = () =>
  useQuery({
    queryKey: ['stations', 'names'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
    staleTime: 60_000,
  });

export interface LedgerSlot {
  slot: number;
  /** Null: the ledger has it empty. */
  pack: string | null;
}

export interface LedgerNow {
  slots: LedgerSlot[];
  /** When it was asked for: what moves after that is no difference. */
  readAt: string;
}

/** What the ledger has in every slot of a station. */
export const useLedgerSlots = (station: string) =>
  useQuery({
    queryKey: ['stations', 'ledger-slots', station],
    queryFn: async (): Promise<LedgerNow> => {
      const readAt = new Date().toISOString();
      const [{ slots }, packs] = await Promise.all([
        bodyOf(api.stations[':id'].$get({ param: { id: station } })),
        bodyOf(api.batteries.$get({ query: { station, place: 'slot', limit: '200' } })),
      ]);
      const at = new Map(packs.items.map(({ code, place }) => [Number(place?.place.split('/')[2]), code]));
      const inOrder = Array.from({ length: slots }, (_, index) => ({
        slot: index + 1,
        pack: at.get(index + 1) ?? null,
      }));
      return { slots: inOrder, readAt };
    },
  });

export const useTakes = (station: string) =>
  useInfiniteQuery({
    queryKey: ['stock-takes', station],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.stations[':id']['stock-takes'].$get({
          param: { id: station },
          query: { limit: '10', ...(pageParam === null ? {} : { cursor: pageParam }) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const useOrders = (state: WorkOrder['state'] | null) =>
  useInfiniteQuery({
    queryKey: ['work-orders', state],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api['work-orders'].$get({
          query: { ...(state === null ? {} : { state }), ...(pageParam === null ? {} : { cursor: pageParam }) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: 15_000,
  });

export const useAudit = () =>
  useQuery({ queryKey: ['audit', 'custody'], queryFn: () => bodyOf(api.audit.custody.$get({ query: {} })) });

export const useCountsByPlace = () =>
  useQuery({
    queryKey: ['inventory', 'counts', ['place']],
    queryFn: () => bodyOf(api.inventory.counts.$get({ query: { by: 'place' } })),
  });
