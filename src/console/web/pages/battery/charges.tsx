import type { HealthReading } from '../../../../../schema/wire/api/battery-health.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { usePlaceWords } from '../../parts/pack-place.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useReadings } from './data.ts';
import { Rows } from './rows.tsx';
import { batteryTexts } from './texts.ts';

/** The charges at stations, and what each said of the pack's health. */
export function Charges({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const readings = useReadings(code);
  const cellsOf = useCells();
  if (readings.isPending) return <PageSkeleton rows={3} />;
  if (readings.error) return <ErrorPanel error={readings.error} retry={() => void readings.refetch()} />;
  const head = (['ended', 'where', 'took', 'soc', 'ah', 'metered', 'cell', 'says'] as const).map((name) =>
    say(`charges.${name}`),
  );
  return (
    <Rows
      label={say('tab.charges')}
      head={head}
      none={say('charges.none')}
      rows={readings.data.items.map((reading) => ({ key: String(reading.n), cells: cellsOf(reading) }))}
    />
  );
}

function useCells() {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const placeWords = usePlaceWords();
  return (reading: HealthReading) => {
    const { station, slot, startedAt, endedAt, ah, readPct, noisePct, ignored } = reading;
    const tookMs = startedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);
    const known = ['durationOutside', 'spanTooSmall', 'temperatureOutside', 'rateTooHigh'] as const;
    const why = known.find((each) => each === ignored);
    return [
      formats.dayAndTime(endedAt),
      placeWords({ kind: 'slot', place: `${station}/slot/${slot}` }),
      formats.clock(tookMs),
      `${formats.pct(reading.socFromPct)} → ${formats.pct(reading.socToPct)}`,
      ah === null ? '–' : `${formats.tenth(ah)} Ah`,
      formats.kWh(reading.meteredWh),
      `${formats.celsius(reading.cellFromC)} → ${formats.celsius(reading.cellToC)}`,
      ignored !== null
        ? say('charges.notUsed', { why: why ? say(`ignored.${why}`) : ignored })
        : `${formats.pct(readPct)} ± ${formats.tenth(noisePct)}`,
    ];
  };
}
