import { NumberInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newIdempotencyKey } from '../../../../client/client.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { secondLifeTexts } from './texts.ts';

/** By weight and receipt, for good. */
export function RecyclingDialog({ pack, close }: { pack: string; close: () => void }) {
  const say = useTexts(secondLifeTexts);
  const client = useQueryClient();
  const [intent] = useState(newIdempotencyKey);
  const [recycler, setRecycler] = useState('');
  const [weightKg, setWeight] = useState<number | null>(null);
  const [receiptNumber, setReceipt] = useState('');
  const act = async (reason: string) => {
    await bodyOf(
      api.recyclings.$post({
        header: { 'idempotency-key': intent },
        json: { pack, recycler, weightKg: weightKg ?? 0, receiptNumber, reason },
      }),
    );
    await client.invalidateQueries();
  };
  return (
    <ReasonDialog
      title={say('recycle.title', { pack })}
      consequence={say('recycle.about')}
      confirm={say('recycle.confirm')}
      dangerous
      complete={/^[A-Za-z0-9._-]{1,40}$/.test(recycler) && weightKg !== null && receiptNumber.trim() !== ''}
      act={act}
      close={close}
    >
      <TextInput
        label={say('recycle.recycler')}
        placeholder="brunp-tianjin"
        value={recycler}
        maxLength={40}
        onChange={(event) => setRecycler(event.currentTarget.value.trim())}
        required
      />
      <NumberInput
        label={say('recycle.weight')}
        min={1}
        max={5000}
        value={weightKg ?? ''}
        onChange={(value) => setWeight(typeof value === 'number' ? value : null)}
        required
      />
      <TextInput
        label={say('recycle.receipt')}
        value={receiptNumber}
        maxLength={60}
        onChange={(event) => setReceipt(event.currentTarget.value)}
        required
      />
    </ReasonDialog>
  );
}
