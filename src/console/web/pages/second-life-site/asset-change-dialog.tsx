import { NativeSelect, SimpleGrid } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset, AssetChange } from '../../../../../schema/wire/api/second-life.ts';
import { assetFunctions } from '../../../../../schema/wire/cascade/grading.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { NumberField } from '../../parts/fields.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useSites } from '../second-life/data.ts';
import { assetTexts } from './asset-texts.ts';
import { siteTexts } from './texts.ts';

/** While it does no work. The service holds the same against the state. */
export const isChangeable = ({ state }: Asset): boolean => state === 'planned' || state === 'outOfService';

const percents = ['socMinPct', 'socMaxPct', 'reservePct', 'chargeEfficiencyPct', 'dischargeEfficiencyPct'] as const;
type Draft = Pick<Asset, 'site' | 'function'> &
  Record<'powerKw' | 'energyKwh' | (typeof percents)[number], number | null>;

const draftOf = (asset: Asset): Draft => ({
  ...asset,
  powerKw: asset.powerW / 1000,
  energyKwh: asset.energyWh / 1000,
});

/** What is otherwise than it was; null: nothing. */
function changeOf(asset: Asset, draft: Draft): Omit<AssetChange, 'reason'> | null {
  const wanted: Record<string, unknown> = {
    site: draft.site,
    function: draft.function,
    powerW: draft.powerKw === null ? null : Math.round(draft.powerKw * 1000),
    energyWh: draft.energyKwh === null ? null : Math.round(draft.energyKwh * 1000),
    ...Object.fromEntries(percents.map((name) => [name, draft[name]])),
  };
  const now: Record<string, unknown> = { ...asset };
  const changed = Object.entries(wanted).filter(([name, value]) => value !== null && value !== now[name]);
  return changed.length === 0 ? null : (Object.fromEntries(changed) as Omit<AssetChange, 'reason'>);
}

/** Changes what an asset is and does, or takes it to another site, by the edition that was seen. */
export function AssetChangeDialog({ asset, close }: { asset: Asset; close: () => void }) {
  const say = useTexts(assetTexts);
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(asset));
  const change = changeOf(asset, draft);
  const act = async (reason: string) => {
    const header = { 'if-match': `"${asset.edition}"` };
    const param = { code: asset.code };
    await bodyOf(api['second-life-assets'][':code'].$patch({ param, header, json: { ...change, reason } }));
    await client.invalidateQueries();
  };
  return (
    <ReasonDialog
      title={say('changing.title', { code: asset.code })}
      consequence={say(draft.site === asset.site ? 'changing.about' : 'changing.aboutMove')}
      confirm={say('changing.confirm')}
      dangerous={draft.site !== asset.site}
      complete={change !== null}
      act={act}
      close={close}
    >
      {(errorAt) => <Fields draft={draft} set={setDraft} errorAt={errorAt} />}
    </ReasonDialog>
  );
}

interface FieldsProps {
  draft: Draft;
  set: (draft: Draft) => void;
  errorAt: ErrorAt;
}

function Fields({ draft, set, errorAt }: FieldsProps) {
  const say = useTexts(assetTexts);
  const saySite = useTexts(siteTexts);
  const { language } = useLanguage();
  const sites = useSites();
  const known = sites.data?.items ?? [];
  const nameOf = ({ id, name, nameEn }: { id: string; name: string; nameEn: string | null }) =>
    `${id} · ${language === 'en' ? (nameEn ?? name) : name}`;
  const number = (name: 'powerKw' | 'energyKwh' | (typeof percents)[number], pointer: string) => ({
    label: say(`changing.${name}`),
    value: draft[name],
    set: (value: number | null) => set({ ...draft, [name]: value }),
    error: errorAt(pointer),
    min: 0,
    decimals: 3,
  });
  return (
    <>
      <NativeSelect
        label={say('changing.site')}
        value={draft.site}
        error={errorAt('/site')}
        data={known.length === 0 ? [draft.site] : known.map((each) => ({ value: each.id, label: nameOf(each) }))}
        onChange={(event) => set({ ...draft, site: event.currentTarget.value })}
      />
      <NativeSelect
        label={say('changing.function')}
        value={draft.function}
        error={errorAt('/function')}
        data={assetFunctions.map((value) => ({ value, label: saySite(`function.${value}`) }))}
        onChange={(event) => set({ ...draft, function: event.currentTarget.value as Asset['function'] })}
      />
      <SimpleGrid cols={2} spacing="sm">
        <NumberField {...number('powerKw', '/powerW')} />
        <NumberField {...number('energyKwh', '/energyWh')} />
        {percents.map((name) => (
          <NumberField key={name} {...number(name, `/${name}`)} max={100} />
        ))}
      </SimpleGrid>
    </>
  );
}
