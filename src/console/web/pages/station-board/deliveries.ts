import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ApiCommand } from '../../../../../schema/wire/api/command.ts';
import { api, bodyOf } from '../../api/client.ts';

const open: ReadonlySet<ApiCommand['delivery']> = new Set(['queued', 'sent', 'accepted']);
export const isOpen = ({ delivery }: ApiCommand): boolean => open.has(delivery);

/** What a person asked for, and the command it led to. */
export interface Delivery {
  action: string;
  command: ApiCommand;
}

export interface Deliveries {
  /** The newest of a bay. */
  of: (bay: string) => Delivery | undefined;
  follow: (delivery: Delivery) => void;
  /** By the id of its command: what was asked for meanwhile stays. */
  dismiss: (command: string) => void;
}

/** Per bay what was asked for last. */
export function useDeliveries(): Deliveries {
  const [byBay, setByBay] = useState<Readonly<Record<string, Delivery>>>({});
  const follow = useCallback(
    (delivery: Delivery) => setByBay((before) => ({ ...before, [delivery.command.bay]: delivery })),
    [],
  );
  const dismiss = useCallback(
    (command: string) =>
      setByBay((before) =>
        Object.fromEntries(Object.entries(before).filter(([, each]) => each.command.id !== command)),
      ),
    [],
  );
  return { of: (bay) => byBay[bay], follow, dismiss };
}

/** The command as it is now: asked again until the station has answered. */
export function useCommand(first: ApiCommand): ApiCommand {
  const { data } = useQuery({
    queryKey: ['commands', first.id],
    queryFn: () => bodyOf(api.commands[':id'].$get({ param: { id: first.id } })),
    initialData: first,
    // What came with the answer is how it was when it was taken.
    initialDataUpdatedAt: 0,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? 700 : false),
  });
  return data;
}
