import { SimpleGrid, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset } from '../../../../../schema/wire/api/second-life.ts';
import { intervalMs } from '../../../../../schema/wire/cascade/dispatch.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { instantOf, localTime } from './local-time.ts';
import { logTexts } from './log-texts.ts';

const figures = ['charge', 'discharge', 'soc'] as const;
type Figures = Readonly<Record<(typeof figures)[number], number | null>>;
const nothing: Figures = { charge: null, discharge: null, soc: null };
const fieldOf = { charge: 'chargeWh', discharge: 'dischargeWh', soc: 'socPct' } as const;

interface ReadingsDialogProps {
  site: string;
  /** Those that have worked. */
  assets: readonly Asset[];
  close: () => void;
}

/** What the meters of the site have shown in a quarter of an hour, where no controller reports it. */
export function ReadingsDialog({ site, assets, close }: ReadingsDialogProps) {
  const say = useTexts(logTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [written, setWritten] = useState(() => localTime(Math.floor(Date.now() / intervalMs - 1) * intervalMs));
  const [loadKwh, setLoad] = useState<number | null>(null);
  const [meters, setMeters] = useState<Readonly<Record<string, Figures>>>({});
  const startsAt = instantOf(written);
  const of = (code: string): Figures => meters[code] ?? nothing;
  const wh = (kwh: number | null) => Math.round((kwh ?? 0) * 1000);
  const act = async () => {
    if (startsAt === null) return;
    const readings = assets.map(({ code }) => ({
      asset: code,
      startsAt,
      chargeWh: wh(of(code).charge),
      dischargeWh: wh(of(code).discharge),
      loadWh: wh(loadKwh),
      socPct: of(code).soc,
    }));
    const param = { id: site };
    await send((header) =>
      bodyOf(api['second-life-sites'][':id'].readings.$post({ param, header, json: { readings } })),
    );
    await Promise.all(['second-life-sites', 'alarms'].map((key) => client.invalidateQueries({ queryKey: [key] })));
  };
  return (
    <ConfirmDialog
      title={say('reading.new')}
      consequence={say('reading.about')}
      confirm={say('reading.confirm')}
      complete={startsAt !== null && loadKwh !== null && assets.length > 0}
      act={act}
      close={close}
    >
      {(errorAt) => (
        <>
          <TextField
            type="datetime-local"
            label={say('reading.startsAt')}
            value={written}
            set={setWritten}
            error={errorAt('/readings/0/startsAt')}
            required
          />
          <NumberField
            label={say('reading.load')}
            value={loadKwh}
            set={setLoad}
            error={errorAt('/readings/0/loadWh')}
            min={0}
            decimals={3}
            required
          />
          {assets.map(({ code }, at) => (
            <SimpleGrid key={code} cols={3} spacing="xs" role="group" aria-label={code}>
              <Text ff="monospace" size="sm" style={{ gridColumn: '1 / -1' }}>
                {code}
              </Text>
              {figures.map((name) => (
                <NumberField
                  key={name}
                  label={say(`reading.${name}`)}
                  value={of(code)[name]}
                  set={(value) => setMeters({ ...meters, [code]: { ...of(code), [name]: value } })}
                  error={errorAt(`/readings/${at}/${fieldOf[name]}`)}
                  min={0}
                  decimals={3}
                  {...(name === 'soc' ? { max: 100 } : {})}
                />
              ))}
            </SimpleGrid>
          ))}
        </>
      )}
    </ConfirmDialog>
  );
}
