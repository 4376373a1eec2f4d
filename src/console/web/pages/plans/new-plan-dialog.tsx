import { NativeSelect, SimpleGrid } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { planTerms } from '../../../../../schema/wire/settlement/plan-terms.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { TextField } from '../../parts/fields.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { draftOf, termsOf } from './terms-draft.ts';
import { DemandFields, FeeFields, UsageFields } from './terms-fields.tsx';
import { plansTexts } from './texts.ts';

const nobody = { id: '', name: '', nameEn: '', owner: '' };

/** A plan with its first version. */
export function NewPlanDialog({ close }: { close: () => void }) {
  const say = useTexts(plansTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [named, setNamed] = useState(nobody);
  const [draft, setDraft] = useState(() => draftOf(planTerms.parse({})));
  const act = async () => {
    const { id, name, nameEn, owner } = named;
    const json = { id, name, nameEn: nameEn || null, owner: owner || null, terms: termsOf(draft) };
    await send((header) => bodyOf(api.plans.$post({ header, json })));
    await client.invalidateQueries({ queryKey: ['plans'] });
  };
  return (
    <ConfirmDialog
      title={say('newTitle')}
      consequence={say('newAbout')}
      confirm={say('publishConfirm', { n: 1 })}
      complete={named.id !== '' && named.name.trim() !== ''}
      act={act}
      close={close}
      wide
    >
      {(errorAt) => (
        <>
          <NameFields named={named} set={setNamed} errorAt={errorAt} />
          <UsageFields draft={draft} set={setDraft} errorAt={errorAt} />
          <FeeFields draft={draft} set={setDraft} errorAt={errorAt} />
          <DemandFields draft={draft} set={setDraft} errorAt={errorAt} />
        </>
      )}
    </ConfirmDialog>
  );
}

interface NameFieldsProps {
  named: typeof nobody;
  set: (named: typeof nobody) => void;
  errorAt: ErrorAt;
}

function NameFields({ named, set, errorAt }: NameFieldsProps) {
  const say = useTexts(plansTexts);
  const owners = useQuery({
    queryKey: ['organisations', 'owners'],
    queryFn: () => bodyOf(api.organisations.$get({ query: { kind: 'owner', limit: '200' } })),
  });
  const field = (name: 'id' | 'name' | 'nameEn', required: boolean) => (
    <TextField
      label={say(`naming.${name}`)}
      value={named[name]}
      set={(value) => set({ ...named, [name]: value })}
      error={errorAt(`/${name}`)}
      required={required}
      maxLength={80}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
      {field('id', true)}
      <NativeSelect
        label={say('owner')}
        value={named.owner}
        onChange={(event) => set({ ...named, owner: event.currentTarget.value })}
        error={errorAt('/owner')}
        data={[
          { value: '', label: say('operator') },
          ...(owners.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {field('name', true)}
      {field('nameEn', false)}
    </SimpleGrid>
  );
}
