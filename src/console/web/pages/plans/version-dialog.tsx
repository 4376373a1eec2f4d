import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Plan } from '../../../../../schema/wire/api/plan.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { draftOf, termsOf } from './terms-draft.ts';
import { DemandFields, FeeFields, UsageFields } from './terms-fields.tsx';
import { plansTexts } from './texts.ts';

/** The next version of a plan, from what the newest says. */
export function VersionDialog({ plan: { id, version, terms }, close }: { plan: Plan; close: () => void }) {
  const say = useTexts(plansTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [draft, setDraft] = useState(() => draftOf(terms));
  const act = async () => {
    const json = { terms: termsOf(draft) };
    await send((header) => bodyOf(api.plans[':id'].versions.$post({ param: { id }, header, json })));
    await client.invalidateQueries({ queryKey: ['plans'] });
  };
  return (
    <ConfirmDialog
      title={say('publishTitle', { plan: id, n: version + 1 })}
      consequence={say('publishAbout')}
      confirm={say('publishConfirm', { n: version + 1 })}
      dangerous
      act={act}
      close={close}
      wide
    >
      {(errorAt) => (
        <>
          <UsageFields draft={draft} set={setDraft} errorAt={errorAt} />
          <FeeFields draft={draft} set={setDraft} errorAt={errorAt} />
          <DemandFields draft={draft} set={setDraft} errorAt={errorAt} />
        </>
      )}
    </ConfirmDialog>
  );
}
