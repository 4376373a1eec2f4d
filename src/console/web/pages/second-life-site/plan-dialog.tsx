import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { MadePlans } from '../../../../../schema/wire/api/dispatch.ts';
import type { Asset } from '../../../../../schema/wire/api/second-life.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { dayOf } from './data.ts';
import { siteTexts } from './texts.ts';

interface Draft {
  span: 'hours' | 'day';
  hours: number | null;
  day: string;
  shaveKw: number | null;
  note: string;
  /** State of charge at the start, where it is not that of the last reading. */
  soc: Readonly<Record<string, number | null>>;
}

function bodyFor({ span, hours, day, shaveKw, note, soc }: Draft) {
  const given = Object.entries(soc).flatMap(([asset, socPct]) => (socPct === null ? [] : [{ asset, socPct }]));
  return {
    ...(span === 'day' ? { day } : { intervals: Math.round((hours ?? 24) * 4) }),
    ...(given.length === 0 ? {} : { soc: given }),
    ...(shaveKw === null ? {} : { shaveToW: Math.round(shaveKw * 1000) }),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  };
}

interface PlanDialogProps {
  site: string;
  /** Those at work. */
  assets: readonly Asset[];
  /** Shows a day that has been planned. */
  show: (day: string) => void;
  close: () => void;
}

/** Plans when the assets of a site charge and discharge; then what the plan comes to. */
export function PlanDialog({ site, assets, show, close }: PlanDialogProps) {
  const say = useTexts(siteTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [made, setMade] = useState<MadePlans | null>(null);
  const done = useRef(false);
  const [draft, setDraft] = useState<Draft>(() => ({
    span: 'hours',
    hours: 24,
    day: dayOf(Date.now()),
    shaveKw: null,
    note: '',
    soc: {},
  }));
  const act = async () => {
    const param = { id: site };
    const plans = await send((header) =>
      bodyOf(api['second-life-sites'][':id'].plans.$post({ param, header, json: bodyFor(draft) })),
    );
    done.current = true;
    setMade(plans);
    await client.invalidateQueries({ queryKey: ['second-life-sites'] });
  };
  const given = Object.keys(draft.soc).filter((code) => draft.soc[code] !== null);
  if (made)
    return (
      <PlanOutcome
        made={made}
        close={() => {
          show(dayOf(Date.parse(made.from)));
          close();
        }}
      />
    );
  return (
    <ConfirmDialog
      title={say('plan.new')}
      consequence={say('plan.about')}
      confirm={say('plan.confirm')}
      complete={draft.span === 'day' ? draft.day !== '' : draft.hours !== null && draft.hours > 0}
      act={act}
      // Once it is made, what it comes to is shown in its place.
      close={() => {
        if (!done.current) close();
      }}
    >
      {(errorAt) => (
        <>
          <NativeSelect
            label={say('plan.span')}
            value={draft.span}
            data={(['hours', 'day'] as const).map((value) => ({ value, label: say(`plan.spans.${value}`) }))}
            onChange={(event) => setDraft({ ...draft, span: event.currentTarget.value === 'day' ? 'day' : 'hours' })}
          />
          {draft.span === 'day' ? (
            <TextField
              type="date"
              label={say('day')}
              value={draft.day}
              set={(day) => setDraft({ ...draft, day })}
              error={errorAt('/day')}
              required
            />
          ) : (
            <NumberField
              label={say('plan.hours')}
              value={draft.hours}
              set={(hours) => setDraft({ ...draft, hours })}
              error={errorAt('/intervals')}
              min={0.25}
              max={48}
              required
            />
          )}
          <NumberField
            label={say('plan.shaveTo')}
            description={say('plan.shaveHint')}
            value={draft.shaveKw}
            set={(shaveKw) => setDraft({ ...draft, shaveKw })}
            error={errorAt('/shaveToW')}
            min={0}
            decimals={3}
          />
          {assets.map(({ code }) => (
            <NumberField
              key={code}
              label={say('plan.soc', { code })}
              description={say('plan.socHint')}
              value={draft.soc[code] ?? null}
              set={(pct) => setDraft({ ...draft, soc: { ...draft.soc, [code]: pct } })}
              error={errorAt(`/soc/${given.indexOf(code)}/socPct`)}
              min={0}
              max={100}
            />
          ))}
          <TextField
            label={say('plan.note')}
            value={draft.note}
            set={(note) => setDraft({ ...draft, note })}
            error={errorAt('/note')}
            maxLength={200}
          />
        </>
      )}
    </ConfirmDialog>
  );
}

function PlanOutcome({ made: { figures, from, to, plans }, close }: { made: MadePlans; close: () => void }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const lines = [
    say('plan.covers', { from: formats.dayAndTime(from), to: formats.dayAndTime(to), n: plans.length }),
    say('plan.peak', { without: formats.kW(figures.peakWithoutW), with: formats.kW(figures.peakWithW) }),
    say('plan.cost', { without: formats.money(figures.costWithoutFen), with: formats.money(figures.costWithFen) }),
    ...(figures.overLimitWithWh > 0 ? [say('plan.over', { wh: formats.kWh(figures.overLimitWithWh) })] : []),
  ];
  return (
    <Modal opened onClose={close} title={say('plan.made')} centered>
      <Stack role="status" data-testid="planned">
        {lines.map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
        <Group justify="flex-end">
          <Button onClick={close}>{say('plan.show')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
