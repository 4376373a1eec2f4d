import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { secondLifeTexts } from './texts.ts';

/** By weight and receipt, for good. */
export function RecyclingDialog({ pack, close }: { pack: string; close: () => void }) {
  const say = useTexts(secondLifeTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [recycler, setRecycler] = useState('');
  const [weightKg, setWeight] = useState<number | null>(null);
  const [receiptNumber, setReceipt] = useState('');
  const act = async (reason: string) => {
    const json = { pack, recycler: recycler.trim(), weightKg: weightKg ?? 0, receiptNumber, reason };
    await send((header) => bodyOf(api.recyclings.$post({ header, json })));
    await client.invalidateQueries();
  };
  return (
    <ReasonDialog
      title={say('recycle.title', { pack })}
      consequence={say('recycle.about')}
      confirm={say('recycle.confirm')}
      dangerous
      complete={recycler.trim() !== '' && weightKg !== null && receiptNumber.trim() !== ''}
      act={act}
      close={close}
    >
      {(errorAt) => (
        <>
          <TextField
            label={say('recycle.recycler')}
            placeholder="brunp-tianjin"
            value={recycler}
            set={setRecycler}
            error={errorAt('/recycler')}
            maxLength={40}
            required
          />
          <NumberField
            label={say('recycle.weight')}
            value={weightKg}
            set={setWeight}
            error={errorAt('/weightKg')}
            min={0}
            required
          />
          <TextField
            label={say('recycle.receipt')}
            value={receiptNumber}
            set={setReceipt}
            error={errorAt('/receiptNumber')}
            maxLength={60}
            required
          />
        </>
      )}
    </ReasonDialog>
  );
}
