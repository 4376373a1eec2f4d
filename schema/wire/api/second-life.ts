import { z } from 'zod';
import { assetActs, assetEventTypes, assetStates } from '../cascade/asset.ts';
import { assetFunctions, grades } from '../cascade/grading.ts';
import { packCode, safeText, stationId } from '../ids.ts';
import { cascadeCode } from '../pack-code.ts';
import { tariffCategory } from '../settlement/tariff.ts';
import { orNull, utcInstant } from './common.ts';
import { keyId } from './key.ts';
import { whyText } from './movement.ts';

export const siteId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be a site id such as depot-1')
  .meta({ examples: ['depot-1'] });
/** The code of an asset as it stands in a path. */
export const assetCode = cascadeCode.meta({ examples: ['PLNPE50GB10000001RP'] });

/** Power of a site or an asset. */
export const watts = z.int().min(0).max(100_000_000);
const name = safeText(100).refine((text) => text.trim().length >= 1, 'must not be empty');
const siteFields = {
  name,
  nameEn: orNull(name),
  importLimitW: watts.min(1).meta({ description: 'What the site may take from the grid.' }),
  exportLimitW: watts.meta({ description: 'What it may give to the grid; that earns nothing.' }),
  tariffCategory: tariffCategory.meta({ description: 'Under which category it buys its energy.' }),
  station: orNull(stationId).meta({
    description: 'The station it stands at, where the alarm of its faults is shown; null: it stands by itself.',
  }),
  controllerKey: orNull(keyId).meta({
    description: 'The only key of role service that reports for it; null: any that has the scope.',
  }),
};

export const newSite = z
  .strictObject({
    id: siteId,
    ...siteFields,
    nameEn: siteFields.nameEn.default(null),
    exportLimitW: siteFields.exportLimitW.default(0),
    station: siteFields.station.default(null),
    controllerKey: siteFields.controllerKey.default(null),
  })
  .meta({
    id: 'NewSecondLifeSite',
    examples: [
      {
        id: 'depot-2',
        name: '丰台车场',
        nameEn: 'Fengtai depot',
        importLimitW: 250_000,
        tariffCategory: 'single-rate-1-10kV',
      },
    ],
  });
export type NewSite = z.output<typeof newSite>;

export const siteChange = z
  .strictObject(siteFields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .meta({ id: 'SecondLifeSiteChange', examples: [{ importLimitW: 200_000 }] });
export type SiteChange = z.output<typeof siteChange>;

export const site = z
  .object({ id: siteId, ...siteFields, edition: z.int(), createdAt: utcInstant, changedBy: z.string() })
  .meta({ id: 'SecondLifeSite' });
export type Site = z.infer<typeof site>;

export const siteTariff = z
  .object({
    site: siteId,
    category: tariffCategory,
    /** First day (Asia/Shanghai) that is priced under it; null: all days before the next. */
    fromDay: orNull(z.iso.date()),
    by: z.string(),
    enteredAt: utcInstant,
  })
  .meta({ id: 'SecondLifeSiteTariff' });
export type SiteTariff = z.infer<typeof siteTariff>;

const pct = z.number().min(0).max(100);
const efficiency = z.number().min(50).max(100);
const assetFields = {
  site: siteId,
  function: z.enum(assetFunctions),
  powerW: watts.min(1).meta({ description: 'Charging and discharging, at the meter.' }),
  energyWh: z.int().min(1).max(10_000_000).meta({ description: 'Usable energy, no more than its grading says.' }),
  socMinPct: pct,
  socMaxPct: pct,
  reservePct: pct.meta({ description: 'Kept back for a black-out; never dispatched.' }),
  chargeEfficiencyPct: efficiency,
  dischargeEfficiencyPct: efficiency,
};

export const newAsset = z
  .strictObject({
    pack: packCode,
    ...assetFields,
    energyWh: assetFields.energyWh.optional().meta({ description: 'By its grading and its model when left out.' }),
    socMinPct: pct.default(10),
    socMaxPct: pct.default(90),
    reservePct: pct.optional().meta({
      description: 'Kept back for a black-out, never dispatched. When left out: 60 for backup, 0 else.',
    }),
    chargeEfficiencyPct: efficiency.default(95),
    dischargeEfficiencyPct: efficiency.default(95),
    reason: whyText.optional(),
  })
  .meta({
    id: 'NewSecondLifeAsset',
    examples: [
      { pack: 'PLNPE50VC4SD0SE1R0000009', site: 'depot-1', function: 'peakShaving', powerW: 20_000, energyWh: 30_000 },
    ],
  });
export type NewAsset = z.output<typeof newAsset>;

/** What of an asset may be changed. */
const changeable = z.strictObject(assetFields).partial();
export type AssetFields = z.output<typeof changeable>;

export const assetChange = changeable
  .extend({ reason: whyText })
  .refine((change) => Object.keys(change).length > 1, 'must change something')
  .meta({ id: 'SecondLifeAssetChange', examples: [{ powerW: 18_000, reason: 'new inverter' }] });
export type AssetChange = z.output<typeof assetChange>;

export const asset = z
  .object({
    /** Cascade code, GB/T 34014. */
    code: assetCode,
    /** The original code: both are kept for ever. */
    pack: packCode,
    owner: orNull(z.string()),
    ...assetFields,
    state: z.enum(assetStates),
    /** Acts it takes in this state. */
    acts: z.array(z.enum(assetActs)),
    /** Id of the grading it was made under, and its grade. */
    grading: z.string(),
    grade: z.enum(grades),
    commissionedAt: orNull(utcInstant),
    /** Number of its last event. */
    eventN: z.int(),
    createdAt: utcInstant,
    changedBy: z.string(),
    edition: z.int(),
  })
  .meta({ id: 'SecondLifeAsset' });
export type Asset = z.infer<typeof asset>;

const packs = z.int().min(0);

export const secondLifePipeline = z
  .object({
    /** Retired, and not graded yet. */
    ungraded: packs,
    /** Retired, by their last grade: those that wait for a site, or for the recycler. */
    graded: z.record(z.enum(grades), packs),
    /** At sites, by the state of the asset they have become. */
    assets: z.record(z.enum(assetStates).exclude(['recycled']), packs),
    /** Handed to recyclers. */
    recycled: packs,
  })
  .meta({ id: 'SecondLifePipeline' });
export type SecondLifePipeline = z.infer<typeof secondLifePipeline>;

const instant = z.iso.datetime({ offset: true });
const at = instant.optional().meta({ description: 'When it was done; now when left out.' });
const checked = {
  operator: safeText(100).refine((text) => text.trim().length >= 2, 'must be a name'),
  insulationOhmPerV: z.number().min(0).max(100_000_000),
  note: safeText(500).optional(),
  at,
};

/** What is done with an asset; a fault is told, and a hand-over recorded, elsewhere. */
export const assetActBody = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('commission'), ...checked }),
    z.strictObject({ act: z.literal('returnToService'), ...checked }),
    z.strictObject({ act: z.literal('takeOut'), reason: whyText, at }),
    z.strictObject({ act: z.literal('repair'), reason: whyText, at }),
    z.strictObject({ act: z.literal('endLife'), reason: whyText, at }),
  ])
  .meta({
    id: 'SecondLifeAct',
    examples: [{ act: 'commission', operator: 'Li Na', insulationOhmPerV: 800 }],
  });
export type AssetActBody = z.output<typeof assetActBody>;

export const assetFault = z
  .strictObject({
    fault: z.string().regex(/^[A-Za-z0-9]{1,40}$/, 'must be a word of letters and digits'),
    isThermal: z.boolean().meta({ description: 'It got hot, smoked or burnt: it never works again.' }),
    detail: safeText(500).default(''),
    at,
  })
  .meta({
    id: 'SecondLifeFault',
    examples: [{ fault: 'contactorStuck', isThermal: false, detail: 'K1 does not open' }],
  });
export type AssetFault = z.output<typeof assetFault>;

export const assetEvent = z
  .object({
    asset: z.string(),
    /** 1, 2, … without gaps. */
    n: z.int(),
    type: z.enum(assetEventTypes),
    body: z.record(z.string(), z.unknown()),
    by: z.string(),
    occurredAt: utcInstant,
    recordedAt: utcInstant,
  })
  .meta({ id: 'SecondLifeEvent' });
export type AssetEvent = z.infer<typeof assetEvent>;

export const newRecycling = z
  .strictObject({
    pack: packCode.meta({ description: 'By its original code, also when it had a second life.' }),
    recycler: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,40}$/, 'must be the name of a recycler such as brunp-tianjin')
      .meta({ description: 'The ledger has the pack at `recycler/<this>` from then on.' }),
    weightKg: z.number().positive().max(5_000),
    receiptNumber: safeText(60).trim().min(1).meta({ description: 'Of the recycler; each is good for one pack.' }),
    handedOverAt: instant.optional().meta({ description: 'Now when left out.' }),
    reason: whyText,
  })
  .meta({
    id: 'NewRecycling',
    examples: [
      {
        pack: 'PLNPE50VC4SD0SE1R0000011',
        recycler: 'brunp-tianjin',
        weightKg: 318.5,
        receiptNumber: 'HS-2026-0815',
        reason: 'graded for recycling',
      },
    ],
  });
export type NewRecycling = z.output<typeof newRecycling>;

export const recycling = z
  .object({
    pack: packCode,
    /** Its cascade code, where it had a second life. */
    asset: orNull(z.string()),
    recycler: z.string(),
    weightKg: z.number(),
    receiptNumber: z.string(),
    handedOverAt: utcInstant,
    reason: z.string(),
    by: z.string(),
    recordedAt: utcInstant,
  })
  .meta({ id: 'Recycling' });
export type Recycling = z.infer<typeof recycling>;
