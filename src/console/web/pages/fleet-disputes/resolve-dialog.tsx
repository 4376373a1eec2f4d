import { NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DisputeView } from '../../../../../schema/wire/api/dispute.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { disputesTexts } from './texts.ts';

/** Rejects a dispute, or gives money back on one line of the bill. Several lines at once are for the API. */
export function ResolveDialog({ dispute, close }: { dispute: DisputeView; close: () => void }) {
  const say = useTexts(disputesTexts);
  const send = useIntent();
  const [outcome, setOutcome] = useState<'upheld' | 'rejected'>('rejected');
  const [yuan, setYuan] = useState<number | null>(dispute.line === null ? null : dispute.disputedFen / 100);
  const [line, setLine] = useState(dispute.line ?? 1);
  const [swap, setSwap] = useState('');
  const json = (resolution: string) => {
    if (outcome === 'rejected') return { outcome, resolution };
    const credit = {
      amountFen: Math.round((yuan ?? 0) * 100),
      ...(dispute.line === null ? { line } : {}),
      ...(swap.trim() === '' ? {} : { swap: swap.trim() }),
    };
    return { outcome, resolution, credits: [credit] };
  };
  return (
    <ReasonDialog
      title={say('resolve')}
      consequence={say('resolveAbout')}
      confirm={say(`outcome.${outcome}`)}
      dangerous
      complete={outcome === 'rejected' || (yuan !== null && yuan > 0)}
      act={(reason) =>
        send((header) =>
          bodyOf(api.disputes[':id'].resolve.$post({ param: { id: dispute.id }, header, json: json(reason) })),
        )
      }
      close={close}
    >
      <SegmentedControl
        aria-label={say('state')}
        value={outcome}
        onChange={(value) => setOutcome(value === 'upheld' ? 'upheld' : 'rejected')}
        data={[
          { value: 'rejected', label: say('outcome.rejected') },
          { value: 'upheld', label: say('outcome.upheld') },
        ]}
      />
      {outcome === 'upheld' && (
        <>
          <NumberInput
            label={say('giveBack')}
            value={yuan ?? ''}
            min={0.01}
            decimalScale={2}
            prefix="¥"
            onChange={(next) => setYuan(next === '' ? null : Number(next))}
            required
          />
          {dispute.line === null && (
            <NumberInput
              label={say('ofLine')}
              value={line}
              min={1}
              onChange={(next) => setLine(Number(next))}
              required
            />
          )}
          {dispute.statement !== null && dispute.line === null && (
            <TextInput
              label={say('ofSwap')}
              description={say('ofSwapHint')}
              value={swap}
              onChange={(event) => setSwap(event.currentTarget.value)}
            />
          )}
        </>
      )}
    </ReasonDialog>
  );
}
