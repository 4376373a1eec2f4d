import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset, AssetActBody } from '../../../../../schema/wire/api/second-life.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { siteTexts } from './texts.ts';

/** All but the hand-over to a recycler, which goes by weight and receipt. */
const actsHere = ['commission', 'returnToService', 'takeOut', 'repair', 'endLife', 'reportFault'] as const;
export type ActHere = (typeof actsHere)[number];
export const isActHere = (act: string): act is ActHere => actsHere.some((each) => each === act);

interface Draft {
  operator: string;
  ohmPerV: number | null;
  fault: string;
  isThermal: boolean;
}

const isMeasured = (act: ActHere) => act === 'commission' || act === 'returnToService';

function bodyFor(act: Exclude<ActHere, 'reportFault'>, reason: string, { operator, ohmPerV }: Draft): AssetActBody {
  return act === 'commission' || act === 'returnToService'
    ? { act, operator: operator.trim(), insulationOhmPerV: ohmPerV ?? 0, note: reason }
    : { act, reason };
}

interface AssetActDialogProps {
  asset: Asset;
  act: ActHere;
  close: () => void;
}

export function AssetActDialog({ asset: { code }, act, close }: AssetActDialogProps) {
  const say = useTexts(siteTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [draft, setDraft] = useState<Draft>({ operator: '', ohmPerV: null, fault: '', isThermal: false });
  const { operator, ohmPerV, fault, isThermal } = draft;
  const complete = isMeasured(act)
    ? operator.trim().length >= 2 && ohmPerV !== null
    : act !== 'reportFault' || /^[A-Za-z0-9]{1,40}$/.test(fault);
  const doIt = async (reason: string) => {
    const asset = api['second-life-assets'][':code'];
    const param = { code };
    await send((header) =>
      act === 'reportFault'
        ? bodyOf(asset.faults.$post({ param, header, json: { fault, isThermal, detail: reason } }))
        : bodyOf(asset.acts.$post({ param, header, json: bodyFor(act, reason, draft) })),
    );
    await client.invalidateQueries({ queryKey: ['second-life-assets'] });
  };
  return (
    <ReasonDialog
      title={say('act.title', { act: say(`act.${act}`), code })}
      consequence={say(act === 'endLife' ? 'act.aboutEnd' : 'act.about')}
      confirm={say(`act.${act}`)}
      dangerous={act === 'endLife' || isThermal}
      complete={complete}
      act={doIt}
      close={close}
    >
      {isMeasured(act) && (
        <>
          <TextInput
            label={say('act.operator')}
            value={operator}
            maxLength={100}
            onChange={(event) => setDraft({ ...draft, operator: event.currentTarget.value })}
            required
          />
          <NumberInput
            label={say('act.ohmPerV')}
            min={0}
            value={ohmPerV ?? ''}
            onChange={(value) => setDraft({ ...draft, ohmPerV: typeof value === 'number' ? value : null })}
            required
          />
        </>
      )}
      {act === 'reportFault' && (
        <>
          <TextInput
            label={say('act.fault')}
            value={fault}
            maxLength={40}
            onChange={(event) => setDraft({ ...draft, fault: event.currentTarget.value.trim() })}
            required
          />
          <Checkbox
            label={say('act.thermal')}
            checked={isThermal}
            onChange={(event) => setDraft({ ...draft, isThermal: event.currentTarget.checked })}
          />
        </>
      )}
    </ReasonDialog>
  );
}
