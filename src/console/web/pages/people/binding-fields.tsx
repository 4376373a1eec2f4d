import { MultiSelect, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Role } from '../../../../../schema/wire/api/access.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { peopleTexts } from './texts.ts';

/** What narrows a role down: whose, or where. */
export interface Binding {
  organisation: string | null;
  stations: string[];
}

const needsOrganisation = (role: Role): role is 'fleet' | 'owner' => role === 'fleet' || role === 'owner';
const needsStations = (role: Role): boolean => role === 'staff' || role === 'maintenance';

export const isBound = (role: Role, { organisation, stations }: Binding): boolean =>
  (!needsOrganisation(role) || organisation !== null) && (!needsStations(role) || stations.length > 0);

interface BindingFieldsProps {
  role: Role;
  value: Binding;
  change: (next: Binding) => void;
  /** A key of any role may be bound to stations. */
  anyStations?: boolean;
}

export function BindingFields({ role, value, change, anyStations = false }: BindingFieldsProps) {
  return (
    <>
      {needsOrganisation(role) && <OrganisationField role={role} value={value} change={change} />}
      {(needsStations(role) || anyStations) && (
        <StationsField value={value} change={change} isNeeded={needsStations(role)} />
      )}
    </>
  );
}

function OrganisationField({ role, value, change }: BindingFieldsProps & { role: 'fleet' | 'owner' }) {
  const say = useTexts(peopleTexts);
  const { language } = useLanguage();
  const { data } = useQuery({
    queryKey: ['organisations', role],
    queryFn: () => bodyOf(api.organisations.$get({ query: { kind: role, limit: '200' } })),
  });
  return (
    <NativeSelect
      label={say('organisation')}
      value={value.organisation ?? ''}
      required
      data={[
        { value: '', label: say('choose') },
        ...(data?.items ?? []).map(({ id, name, nameEn }) => ({
          value: id,
          label: language === 'en' ? (nameEn ?? name) : name,
        })),
      ]}
      onChange={(event) => change({ ...value, organisation: event.currentTarget.value || null })}
    />
  );
}

interface StationsFieldProps {
  value: Binding;
  change: (next: Binding) => void;
  isNeeded: boolean;
}

function StationsField({ value, change, isNeeded }: StationsFieldProps) {
  const say = useTexts(peopleTexts);
  const { data } = useQuery({
    queryKey: ['stations', 'choices'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
  });
  const known = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: `${id} ${name}` }));
  const kept = value.stations
    .filter((id) => !known.some(({ value: each }) => each === id))
    .map((id) => ({ value: id, label: id }));
  return (
    <MultiSelect
      label={say('stations')}
      description={say(isNeeded ? 'stationsNeeded' : 'stationsEmpty')}
      data={[...known, ...kept]}
      value={value.stations}
      searchable
      required={isNeeded}
      onChange={(stations) => change({ ...value, stations })}
    />
  );
}
