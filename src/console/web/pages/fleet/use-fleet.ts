import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { OrganisationView } from '../../../../../schema/wire/api/organisation.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useCaller } from '../../app/session.ts';

export interface FleetChoice {
  /** Null: not known yet, or there is none. */
  fleet: string | null;
  /** Others than a fleet's own people choose one; null: nothing is to be chosen. */
  choices: readonly OrganisationView[] | null;
  choose: (fleet: string) => void;
  isPending: boolean;
  error: unknown;
}

/** Whose portal is shown: one's own, or the one that was chosen last in this browser. */
export function useFleet(): FleetChoice {
  const { role, organisation } = useCaller();
  const isBound = role === 'fleet';
  const [chosen, choose] = useLocalStorage({ key: 'pitlane-fleet', defaultValue: '' });
  const { data, isPending, error } = useQuery({
    queryKey: ['organisations', 'fleet'],
    queryFn: () => bodyOf(api.organisations.$get({ query: { kind: 'fleet', limit: '200' } })),
    enabled: !isBound,
  });
  if (isBound) return { fleet: organisation?.id ?? null, choices: null, choose, isPending: false, error: null };
  const choices = data?.items ?? [];
  const fleet = choices.find(({ id }) => id === chosen)?.id ?? choices[0]?.id ?? null;
  return { fleet, choices, choose, isPending, error };
}
