import { NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Site } from '../../../../../schema/wire/api/second-life.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { secondLifeTexts } from './texts.ts';

interface Draft {
  id: string;
  name: string;
  nameEn: string;
  importKw: number | null;
  exportKw: number | null;
  tariffCategory: string;
  station: string;
  controllerKey: string;
}

const draftOf = (site: Site | null): Draft => ({
  id: site?.id ?? '',
  name: site?.name ?? '',
  nameEn: site?.nameEn ?? '',
  importKw: site === null ? null : site.importLimitW / 1000,
  exportKw: site === null ? 0 : site.exportLimitW / 1000,
  tariffCategory: site?.tariffCategory ?? '',
  station: site?.station ?? '',
  controllerKey: site?.controllerKey ?? '',
});

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

interface SiteDialogProps {
  /** What is changed; null: a new one is entered. */
  site: Site | null;
  close: () => void;
}

/** Enters a site, or changes one by the edition that was seen. */
export function SiteDialog({ site, close }: SiteDialogProps) {
  const say = useTexts(secondLifeTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [draft, setDraft] = useState(() => draftOf(site));
  const { id, name, importKw, exportKw, tariffCategory } = draft;
  const act = async () => {
    const fields = {
      name: name.trim(),
      nameEn: orNull(draft.nameEn),
      importLimitW: Math.round((importKw ?? 0) * 1000),
      exportLimitW: Math.round((exportKw ?? 0) * 1000),
      tariffCategory,
      station: orNull(draft.station),
      controllerKey: orNull(draft.controllerKey),
    };
    const sites = api['second-life-sites'];
    if (site === null) await send((header) => bodyOf(sites.$post({ header, json: { id: id.trim(), ...fields } })));
    else {
      const header = { 'if-match': `"${site.edition}"` };
      await bodyOf(sites[':id'].$patch({ param: { id: site.id }, header, json: fields }));
    }
    await client.invalidateQueries({ queryKey: ['second-life-sites'] });
  };
  return (
    <ConfirmDialog
      title={site === null ? say('site.new') : say('site.change', { id: site.id })}
      consequence={say('site.about')}
      confirm={say(site === null ? 'site.enter' : 'site.save')}
      complete={id.trim() !== '' && name.trim() !== '' && importKw !== null && tariffCategory !== ''}
      act={act}
      close={close}
    >
      {(errorAt) => <SiteFields draft={draft} set={setDraft} errorAt={errorAt} isNew={site === null} />}
    </ConfirmDialog>
  );
}

interface SiteFieldsProps {
  draft: Draft;
  set: (draft: Draft) => void;
  errorAt: ErrorAt;
  isNew: boolean;
}

function SiteFields({ draft, set, errorAt, isNew }: SiteFieldsProps) {
  const say = useTexts(secondLifeTexts);
  const { categories, stations } = useChoices();
  const field = <K extends keyof Draft>(name: K, pointer: string) => ({
    label: say(`site.${name}`),
    value: draft[name],
    set: (value: Draft[K]) => set({ ...draft, [name]: value }),
    error: errorAt(pointer),
  });
  const choice = (name: 'tariffCategory' | 'station') => ({
    label: say(`site.${name}`),
    value: draft[name],
    error: errorAt(`/${name}`),
    onChange: (event: { currentTarget: HTMLSelectElement }) => set({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <>
      {isNew && <TextField {...field('id', '/id')} maxLength={40} required />}
      <TextField {...field('name', '/name')} required />
      <TextField {...field('nameEn', '/nameEn')} />
      <NumberField {...field('importKw', '/importLimitW')} min={0} decimals={3} required />
      <NumberField {...field('exportKw', '/exportLimitW')} description={say('site.exportHint')} min={0} decimals={3} />
      <NativeSelect {...choice('tariffCategory')} data={['', ...categories]} required />
      <NativeSelect {...choice('station')} data={[{ value: '', label: say('site.noStation') }, ...stations]} />
      <TextField {...field('controllerKey', '/controllerKey')} description={say('site.controllerHint')} />
    </>
  );
}

/** Categories that prices have been published for, and stations it may stand at. */
function useChoices() {
  const tariffs = useQuery({
    queryKey: ['tariffs', 'categories'],
    queryFn: () => bodyOf(api.tariffs.$get({ query: { limit: '200' } })),
  });
  const stations = useQuery({
    queryKey: ['stations', 'names'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
  });
  return {
    categories: [...new Set(tariffs.data?.items.map(({ category }) => category) ?? [])].sort(),
    stations: stations.data?.items.map(({ id, name }) => ({ value: id, label: `${id} · ${name}` })) ?? [],
  };
}
