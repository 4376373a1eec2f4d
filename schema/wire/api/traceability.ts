import { z } from 'zod';
import { calendarDate, packCode, safeText, stationId, vin } from '../ids.ts';
import { cascadeCode } from '../pack-code.ts';
import { packStatus } from './battery.ts';
import { orNull, utcInstant } from './common.ts';

/** The code of a pack, or of the product for second life it has become. */
export const anyBatteryCode = z.union([packCode, cascadeCode], 'must be a GB/T 34014 code of 24 or 19 characters');

export const lifeEventType = z.enum([
  'installed',
  'removed',
  'retired',
  'graded',
  'cascaded',
  'commissioned',
  'decommissioned',
  'movedToSecondLife',
  'movedToRecycler',
  'recycled',
]);

const day = calendarDate;

/** When an event must have been reported, and whether it was. */
export const lifeDuty = z.object({
  withinDays: z.int().describe('Working days.'),
  dueDay: day.describe('Last day, Asia/Shanghai.'),
  isOverdue: z.boolean(),
  report: orNull(z.int()).describe('Report that carries it.'),
  reportedAt: orNull(utcInstant),
});

/** One step of a pack's life. Never changed. */
export const lifeEvent = z
  .object({
    id: z.int(),
    code: anyBatteryCode,
    linkedCode: orNull(anyBatteryCode).describe('The other code of the same pack, once it has two.'),
    type: lifeEventType,
    /** As the national platform calls it. */
    typeZh: z.string(),
    source: z.string().describe('What it came from, such as `move/<pack>/<version>`.'),
    occurredAt: utcInstant,
    recordedAt: utcInstant,
    party: orNull(z.string()).describe('Organisation that did it and has to report it.'),
    owner: orNull(z.string()),
    vin: orNull(vin),
    station: orNull(stationId),
    fromPlace: orNull(z.string()),
    toPlace: orNull(z.string()),
    odometerKm: orNull(z.number()),
    socPct: orNull(z.number()),
    sohPct: orNull(z.number()),
    body: z.unknown(),
    duty: orNull(lifeDuty).describe('Null: nobody has to be told.'),
  })
  .meta({ id: 'LifeEvent' });
export type LifeEventView = z.infer<typeof lifeEvent>;

export const batteryLife = z
  .object({
    code: packCode,
    /** Code of the product for second life; null: it is none. */
    cascadeCode: orNull(cascadeCode),
    model: z.string(),
    chemistry: orNull(z.string()),
    owner: orNull(z.string()),
    status: packStatus,
    place: orNull(z.string()),
    swapCount: z.int(),
    /** How many events of each kind. */
    counts: z.partialRecord(lifeEventType, z.int()),
    overdue: z.int().describe('Reports that are overdue.'),
    events: z.array(lifeEvent).describe('The newest 100, newest first; all are in `traceability/events?code=`.'),
  })
  .meta({ id: 'BatteryLife' });
export type BatteryLife = z.infer<typeof batteryLife>;

const measured = <K extends string>(name: K) =>
  z.object({ [name]: z.number(), lastUpdate: utcInstant } as Record<K, z.ZodNumber> & {
    lastUpdate: typeof utcInstant;
  });

/** `batteryCondition` of BatteryPass 1.2 (DIN DKE SPEC 99100), with what a swap operator measures. */
export const batteryCondition = z
  .object({
    productIdentifier: packCode,
    batteryStatus: z.enum(['Original', 'Repurposed', 'Reused', 'Remanufactured', 'Waste']),
    batteryCondition: z.object({
      energyThroughput: z.number().describe('kWh charged at stations.'),
      capacityThroughput: measured('capacityThroughputValue').describe('Ah.'),
      numberOfFullCycles: orNull(measured('numberOfFullCyclesValue')),
      stateOfCertifiedEnergy: orNull(measured('stateOfCertifiedEnergyValue')).describe('Percent.'),
      capacityFade: orNull(measured('capacityFadeValue')).describe('Percent.'),
      remainingEnergy: orNull(measured('remainingEnergyValue')).describe('kWh when full.'),
      remainingCapacity: orNull(measured('remainingCapacityValue')).describe('Ah.'),
      stateOfCharge: orNull(measured('stateOfChargeValue')).describe('Percent.'),
      negativeEvents: z.array(z.object({ negativeEvent: z.string(), lastUpdate: utcInstant })),
    }),
    notMeasured: z.array(z.string()).describe('Attributes of the model for which a station has no instrument.'),
  })
  .meta({ id: 'BatteryCondition' });
export type BatteryCondition = z.infer<typeof batteryCondition>;

export const lifeReport = z
  .object({
    id: z.int(),
    preparedAt: utcInstant,
    preparedBy: z.string(),
    events: z.int(),
    reference: orNull(z.string()),
    confirmedAt: orNull(utcInstant),
    confirmedBy: orNull(z.string()),
    edition: z.int().describe('Rises when it is confirmed.'),
  })
  .meta({ id: 'LifeReport' });
export type LifeReport = z.infer<typeof lifeReport>;

export const reportBody = z
  .strictObject({
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'Events recorded until then; all when left out.' }),
    most: z.int().min(1).max(50_000).default(50_000),
  })
  .meta({ id: 'LifeReportRequest', examples: [{ most: 1000 }] });

export const confirmBody = z
  .strictObject({ reference: safeText(100).min(1).meta({ description: "The platform's own number." }) })
  .meta({ id: 'LifeReportConfirmation', examples: [{ reference: 'MIIT-2026-0001' }] });

export const calendarDay = z
  .object({ day, isWorking: z.boolean(), name: z.string(), by: z.string(), enteredAt: utcInstant })
  .meta({ id: 'CalendarDay' });
export type CalendarDay = z.infer<typeof calendarDay>;

export const calendarBody = z
  .strictObject({ day, isWorking: z.boolean(), name: safeText(80).min(1) })
  .meta({ id: 'CalendarDayEntry', examples: [{ day: '2027-02-08', isWorking: false, name: '春节' }] });

export const traceSummary = z
  .object({
    open: z.int().describe('Events that are to be reported and are not yet.'),
    overdue: z.int(),
    dueWithin5Days: z.int(),
    oldestDueDay: orNull(day),
    /** Stations with something overdue. */
    stations: z.array(z.object({ station: orNull(stationId), overdue: z.int() })),
    calendarKnownUntil: day.describe('Holidays are announced until then; later days count by weekday.'),
  })
  .meta({ id: 'TraceSummary' });
export type TraceSummary = z.infer<typeof traceSummary>;
