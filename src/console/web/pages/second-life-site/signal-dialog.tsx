import { Checkbox, NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type GridSignalType, gridSignalTypes } from '../../../../../schema/wire/cascade/dispatch.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { instantOf, localTime } from './local-time.ts';
import { siteTexts } from './texts.ts';

const hourMs = 3_600_000;
const quarterMs = 900_000;

/** From the next quarter of an hour, for one hour. */
function usualSpan(now: number): { from: string; to: string } {
  const from = Math.ceil(now / quarterMs) * quarterMs;
  return { from: localTime(from), to: localTime(from + hourMs) };
}

/** What the grid demands of a site for some time. Plans of that time are made anew by themselves. */
export function SignalDialog({ site, close }: { site: string; close: () => void }) {
  const say = useTexts(siteTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [type, setType] = useState<GridSignalType>('IMPORT_CAPACITY_LIMIT');
  const [limitKw, setLimit] = useState<number | null>(null);
  const [isTakenBack, setTakenBack] = useState(false);
  const [span, setSpan] = useState(() => usualSpan(Date.now()));
  const [reference, setReference] = useState('');
  const from = instantOf(span.from);
  const to = instantOf(span.to);
  const act = async () => {
    if (from === null || to === null) return;
    const limitW = isTakenBack || limitKw === null ? null : Math.round(limitKw * 1000);
    const json = { type, limitW, from, to, ...(reference.trim() === '' ? {} : { reference: reference.trim() }) };
    const param = { id: site };
    await send((header) => bodyOf(api['second-life-sites'][':id'].signals.$post({ param, header, json })));
    await client.invalidateQueries({ queryKey: ['second-life-sites'] });
  };
  return (
    <ConfirmDialog
      title={say('signal.new')}
      consequence={say('signal.about')}
      confirm={say('signal.confirm')}
      complete={from !== null && to !== null && (isTakenBack || limitKw !== null)}
      act={act}
      close={close}
    >
      {(errorAt) => (
        <>
          <NativeSelect
            label={say('signal.type')}
            value={type}
            data={gridSignalTypes.map((value) => ({ value, label: say(`signal.types.${value}`) }))}
            onChange={(event) => setType(event.currentTarget.value as GridSignalType)}
          />
          <Checkbox
            label={say('signal.takeBack')}
            checked={isTakenBack}
            onChange={(event) => setTakenBack(event.currentTarget.checked)}
          />
          {!isTakenBack && (
            <NumberField
              label={say('signal.limit')}
              value={limitKw}
              set={setLimit}
              error={errorAt('/limitW')}
              min={0}
              decimals={3}
              required
            />
          )}
          {(['from', 'to'] as const).map((name) => (
            <TextField
              key={name}
              type="datetime-local"
              label={say(`signal.${name}`)}
              value={span[name]}
              set={(value) => setSpan({ ...span, [name]: value })}
              error={errorAt(`/${name}`)}
              required
            />
          ))}
          <TextField
            label={say('signal.reference')}
            value={reference}
            set={setReference}
            error={errorAt('/reference')}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
