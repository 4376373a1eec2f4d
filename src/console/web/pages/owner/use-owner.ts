import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { OrganisationView } from '../../../../../schema/wire/api/organisation.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useCaller } from '../../app/session.ts';

/** Whose packs are looked at: one's own, or the owner that was chosen last in this browser. */
export function useOwner(): {
  owner: string | null;
  choices: readonly OrganisationView[] | null;
  choose: (owner: string) => void;
  isPending: boolean;
  error: unknown;
} {
  const { role, organisation } = useCaller();
  const isBound = role === 'owner';
  const [chosen, choose] = useLocalStorage({ key: 'pitlane-owner', defaultValue: '' });
  const { data, isPending, error } = useQuery({
    queryKey: ['organisations', 'owner'],
    queryFn: () => bodyOf(api.organisations.$get({ query: { kind: 'owner', limit: '200' } })),
    enabled: !isBound,
  });
  if (isBound) return { owner: organisation?.id ?? null, choices: null, choose, isPending: false, error: null };
  const choices = data?.items ?? [];
  const owner = choices.find(({ id }) => id === chosen)?.id ?? choices[0]?.id ?? null;
  return { owner, choices, choose, isPending, error };
}
