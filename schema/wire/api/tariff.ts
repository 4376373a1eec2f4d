import { z } from 'zod';
import { calendarDate, stationId } from '../ids.ts';
import { tariff, tariffCategory } from '../settlement/tariff.ts';
import { utcInstant } from './common.ts';

export const newTariff = tariff.meta({
  id: 'NewTariff',
  description:
    'Every minute of the day lies in exactly one of peak, flat and valley; critical hours replace what is underneath where there is a price for them.',
  examples: [
    {
      category: 'single-rate-1-10kV',
      validFrom: '2031-03-01',
      validTo: '2031-04-01',
      source: 'demo',
      reference: 'An example of the documentation',
      periods: {
        peak: [
          { from: '10:00', to: '13:00' },
          { from: '17:00', to: '22:00' },
        ],
        flat: [
          { from: '07:00', to: '10:00' },
          { from: '13:00', to: '17:00' },
          { from: '22:00', to: '23:00' },
        ],
        valley: [{ from: '23:00', to: '07:00' }],
        critical: [{ months: [12, 1], hours: [{ from: '18:00', to: '21:00' }] }],
      },
      prices: { critical: 1_179_020, peak: 1_038_730, flat: 726_970, valley: 454_170 },
    },
  ],
});

export const publishedTariff = tariff
  .extend({ publishedAt: utcInstant, publishedBy: z.string() })
  .meta({ id: 'Tariff' });
export type PublishedTariff = z.infer<typeof publishedTariff>;

export const stationTariffBody = z
  .strictObject({
    fromDay: calendarDate.meta({ description: 'Day of Asia/Shanghai from which on it counts.' }),
    category: tariffCategory,
  })
  .meta({ id: 'StationTariffRequest', examples: [{ fromDay: '2031-03-01', category: 'single-rate-1-10kV' }] });

export const stationTariff = z
  .object({
    station: stationId,
    fromDay: z.iso.date(),
    category: tariffCategory,
    by: z.string(),
    recordedAt: utcInstant,
  })
  .meta({ id: 'StationTariff' });
export type StationTariff = z.infer<typeof stationTariff>;
