import { z } from 'zod';
import { followUpNames } from '../follow-ups.ts';
import { packCode, stationId, swapId, vin } from '../ids.ts';
import { saidBillLine } from '../settlement/bill.ts';
import { fen } from '../settlement/money.ts';
import { organisationId } from './access.ts';
import { orNull, utcInstant } from './common.ts';

/** What one swap cost by itself. Final: corrections are notes. */
export const receipt = z
  .object({
    swap: swapId,
    station: stationId,
    vehicle: vin,
    lessee: orNull(organisationId).describe('Who pays; null: the driver.'),
    owner: orNull(organisationId).describe('Whose packs they are; null: the operator.'),
    lease: orNull(z.string()),
    plan: z.string(),
    planVersion: z.int(),
    tariff: z.string().describe('Category and first day of the price table.'),
    releasedAt: utcInstant.describe('The instant that prices it.'),
    odometerKm: z.number(),
    energyWh: z.int(),
    totalFen: fen,
    issuedAt: utcInstant,
  })
  .meta({ id: 'Receipt' });
export type ReceiptView = z.infer<typeof receipt>;

export const receiptDetail = receipt
  .extend({
    lines: z.array(saidBillLine),
    certificate: z
      .string()
      .describe(
        'Path of the certificate for whoever has this link, such as the driver. For 90 days; give it to nobody else.',
      ),
  })
  .meta({ id: 'ReceiptDetail' });
export type ReceiptDetail = z.infer<typeof receiptDetail>;

const certifiedPack = z.object({
  code: packCode,
  socPct: orNull(z.number()),
  sohPct: orNull(z.number()),
  energyWh: orNull(z.number()),
});

const judgedSoh = z
  .object({ pct: z.number(), source: z.enum(['estimate', 'bms']) })
  .describe('State of health by which the bay chose the pack given: from its charges, or of its BMS.');

/** What a driver may keep of a swap. */
export const certificate = z
  .object({
    swap: swapId,
    station: stationId,
    stationName: z.string(),
    vehicle: z.string().describe('The VIN; behind a link only its last six characters.'),
    odometerKm: z.number(),
    inPositionAt: utcInstant,
    releasedAt: utcInstant,
    packOut: certifiedPack,
    packIn: certifiedPack,
    packInSoh: orNull(judgedSoh),
    energyWh: z.int(),
    energyBasis: z.enum(['bmsCounter', 'socTimesUsable']),
    energyErrorWh: z.number(),
    meter: orNull(
      z.object({
        slot: z.int(),
        startedAt: utcInstant,
        endedAt: utcInstant,
        startWh: z.int().describe('Register of the slot when the last charge of the pack given began.'),
        endWh: z.int(),
      }),
    ),
    lines: z.array(saidBillLine),
    totalFen: fen,
    issuedAt: utcInstant,
  })
  .meta({ id: 'Certificate' });
export type Certificate = z.infer<typeof certificate>;

export const balance = z
  .object({
    account: z.string(),
    debitFen: fen,
    creditFen: fen,
    balanceFen: fen.describe('On the side on which this account grows.'),
  })
  .meta({ id: 'Balance' });
export type BalanceView = z.infer<typeof balance>;

export const transfer = z
  .object({
    id: z.int(),
    debit: z.string(),
    credit: z.string(),
    amountFen: fen,
    cause: z.string(),
    causeId: z.string(),
    line: z.int(),
    occurredAt: utcInstant,
    recordedAt: utcInstant,
  })
  .meta({ id: 'Transfer' });
export type TransferView = z.infer<typeof transfer>;

/** Where the energy of a station's month has gone. */
export const energyLoss = z
  .object({
    station: stationId,
    month: z.string(),
    meteredWh: z.int().describe('By the slot meters, over charges that ended in the month.'),
    meterErrorWh: z.int(),
    meterClass: z.string(),
    costFen: fen,
    charges: z.int(),
    comparedWh: z.int().describe('Of the metered energy, that of charges whose BMS counted too.'),
    intoPacksWh: z.int().describe('What the BMS counted over those charges.'),
    intoPacksErrorWh: z.int(),
    chargingLossWh: z.int(),
    chargingLossPct: orNull(z.number()),
    swaps: z.int(),
    deliveredWh: z.int().describe('Given less returned, over the swaps billed in the month.'),
    energyRevenueFen: fen,
  })
  .meta({ id: 'EnergyLoss' });
export type EnergyLoss = z.infer<typeof energyLoss>;

/** A committed fact that is still to be followed up. */
export const followUpView = z
  .object({
    consumer: z.enum(followUpNames),
    subject: z.string(),
    problem: orNull(z.string()),
    attempts: z.int(),
    createdAt: utcInstant,
    dueAt: utcInstant,
  })
  .meta({ id: 'FollowUp' });
export type FollowUpView = z.infer<typeof followUpView>;
