import { sql } from 'drizzle-orm';
import { type Episode, type MeteredQuarter, nextEpisodes } from '../../machines/cascade/dispatch-alarms.ts';
import { bookQuarter, implausible } from '../../machines/cascade/dispatch-booking.ts';
import { limitsOf, type Signal } from '../../machines/cascade/grid-limits.ts';
import { dispatchPostings } from '../../machines/settlement/postings.ts';
import type { Price } from '../../machines/settlement/price-book.ts';
import { tariffName } from '../../machines/settlement/tariff.ts';
import { dispatchAlarms, dispatchMarks, dispatchReadings } from '../../schema/tables/dispatch.ts';
import type { DispatchReading, NewReading } from '../../schema/wire/api/dispatch.ts';
import type { FieldError } from '../../schema/wire/api/problem.ts';
import { dispatchAlarmLevels, intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { jsonRows } from '../settlement/transfers.ts';
import { readPrices } from './dispatch-inputs.ts';
import { type ReadingRow, readEpisodes, readingsAt, toReading } from './dispatch-log.ts';
import { type DispatchSite, type InForce, plansInForce, quarterOf, readPlans, readSignals } from './dispatch-site.ts';

/** A reading with what it was worth, to be stored. */
interface Priced extends Omit<NewReading, 'startsAt'> {
  startsAt: number;
  plan: number | null;
  plannedChargeWh: number | null;
  plannedDischargeWh: number | null;
  usedWh: number;
  tariff: string;
  period: string;
  priceMicro: number;
  costFen: number;
  worthFen: number;
}

export interface RecordedRow {
  recorded: Record<string, unknown>[];
  known: DispatchReading[];
}

/** A clock that is a little ahead is forgiven. */
const forgivenMs = 60_000;

/** What the meters of a site's assets have shown, priced and booked, as one statement. @throws what is wrong with it; then nothing is written. */
export async function recordReadings(
  db: Database,
  site: DispatchSite,
  readings: readonly NewReading[],
  { by, now }: { by: string; now: number },
): Promise<Statement<RecordedRow>> {
  requirePlausible(site, readings, now);
  const starts = [...new Set(readings.map(({ startsAt }) => Date.parse(startsAt)))].sort((a, b) => a - b);
  const first = starts[0] ?? 0;
  const end = (starts.at(-1) ?? first) + intervalMs;
  const stored = await readingsAt(db, site.id, [...new Set(readings.map(({ asset }) => asset))], starts);
  requireSame(site.id, readings, stored);
  const fresh = readings.filter((reading) => !storedAs(stored, reading));
  const known = stored.filter((row) => readings.some((reading) => isOf(row, reading))).map(toReading);
  const [prices, plans, signals, { open, newest }] = await Promise.all([
    readPrices(db, site, starts),
    readPlans(db, site.id, first, end),
    readSignals(db, site.id, first, end),
    readEpisodes(db, site.id),
  ]);
  const working = new Set(site.assets.filter(({ state }) => state === 'commissioned').map(({ code }) => code));
  const all = plansInForce(plans);
  const inForce = (asset: string, at: number): InForce | null => (working.has(asset) ? all(asset, at) : null);
  const worked = starts.flatMap((startsAt) => {
    const own = fresh.filter((reading) => Date.parse(reading.startsAt) === startsAt);
    const price = prices.get(startsAt);
    const before = stored.filter((row) => row.site === site.id && row.startsAt.getTime() === startsAt);
    return price ? (priceQuarter({ site, startsAt, own, before, price, signals, inForce }) ?? []) : [];
  });
  const priced = worked.flatMap((each) => each.priced);
  if (priced.length === 0) return nothingNew(known);
  const episodes = nextEpisodes(
    open,
    newest,
    worked.map(({ quarter }) => quarter),
  );
  return writeReadings(site, priced, episodes, { known, by, now });
}

/** What is new of a quarter of an hour, with its worth; and all that the site's meters have shown then. Null: nothing is new. */
function priceQuarter(of: {
  site: DispatchSite;
  startsAt: number;
  own: readonly NewReading[];
  before: readonly ReadingRow[];
  price: Price;
  signals: readonly Signal[];
  inForce: (asset: string, at: number) => InForce | null;
}): { priced: Priced[]; quarter: MeteredQuarter } | null {
  const { site, startsAt, own, before, price, signals, inForce } = of;
  const [one] = own;
  if (!one) return null;
  const { loadWh } = one;
  const booked = bookQuarter({ loadWh, priceMicro: price.micro, known: before, readings: own });
  const priced = own.map((reading): Priced => {
    const plan = inForce(reading.asset, startsAt);
    return {
      ...reading,
      ...(booked.get(reading.asset) ?? { usedWh: 0, costFen: 0, worthFen: 0 }),
      startsAt,
      plan: plan?.plan.n ?? null,
      plannedChargeWh: plan?.interval.chargeWh ?? null,
      plannedDischargeWh: plan?.interval.dischargeWh ?? null,
      tariff: tariffName(price.tariff),
      period: price.period,
      priceMicro: price.micro,
    };
  });
  const assets = meters(site, [...before, ...own], startsAt, inForce);
  return { priced, quarter: { startsAt, loadWh, assets, ...limitsOf(site, signals, startsAt) } };
}

const meters = (
  { assets }: DispatchSite,
  readings: readonly { asset: string; chargeWh: number; dischargeWh: number }[],
  startsAt: number,
  inForce: (asset: string, at: number) => InForce | null,
): MeteredQuarter['assets'] =>
  readings.map(({ asset, chargeWh, dischargeWh }) => ({
    asset,
    chargeWh,
    dischargeWh,
    powerW: assets.find(({ code }) => code === asset)?.powerW ?? 0,
    planned: inForce(asset, startsAt)?.interval ?? null,
  }));

/** @throws with every field that cannot be. */
function requirePlausible({ id, assets }: DispatchSite, readings: readonly NewReading[], now: number): void {
  const loads = new Map<string, number>();
  const errors = readings.flatMap((reading, at): FieldError[] => {
    const bad = (field: string, detail: string) => [{ pointer: `/readings/${at}/${field}`, detail }];
    const asset = assets.find(({ code }) => code === reading.asset);
    if (!asset) return bad('asset', `is not an asset of site ${id}`);
    const startsAt = Date.parse(reading.startsAt);
    if (startsAt + intervalMs > now + forgivenMs) return bad('startsAt', 'is not over yet');
    if (asset.commissionedAt === null) return bad('asset', 'has not been commissioned');
    if (startsAt < quarterOf(asset.commissionedAt.getTime()))
      return bad('startsAt', `is before the asset was commissioned (${asset.commissionedAt.toISOString()})`);
    const wrong = implausible(reading, asset.powerW);
    if (wrong) return bad(wrong.field, wrong.reason);
    const load = loads.get(reading.startsAt) ?? reading.loadWh;
    loads.set(reading.startsAt, load);
    return load === reading.loadWh ? [] : bad('loadWh', `must be ${load}, as of the site's other assets then`);
  });
  const [first] = errors;
  if (!first) return;
  const where = first.pointer?.slice(1).replaceAll('/', '.');
  throw new ApiError('invalid-body', `The body is not valid at ${where}: ${first.detail}.`, { errors });
}

const isOf = (row: ReadingRow, { asset, startsAt }: NewReading): boolean =>
  row.asset === asset && row.startsAt.getTime() === Date.parse(startsAt);
const storedAs = (stored: readonly ReadingRow[], reading: NewReading): ReadingRow | undefined =>
  stored.find((row) => isOf(row, reading));

/** @throws when something else has been recorded for an interval, or for the site's load then. */
function requireSame(site: string, readings: readonly NewReading[], stored: readonly ReadingRow[]): void {
  const others: ReadingRow[] = [];
  for (const reading of readings) {
    const row = storedAs(stored, reading);
    if (row) {
      const isSame = (['chargeWh', 'dischargeWh', 'loadWh', 'socPct'] as const).every((is) => row[is] === reading[is]);
      if (!isSame || row.site !== site) others.push(row);
      continue;
    }
    const neighbour = stored.find((each) => each.startsAt.getTime() === Date.parse(reading.startsAt));
    if (neighbour && neighbour.loadWh !== reading.loadWh) others.push(neighbour);
  }
  const [first] = others;
  if (!first) return;
  throw new ApiError(
    'already-exists',
    `Something else has been recorded for ${first.asset} at ${first.startsAt.toISOString()}. Nothing was changed.`,
    { current: [...new Set(others)].map(toReading) },
  );
}

const nothingNew = (known: readonly DispatchReading[]): Statement<RecordedRow> =>
  statement<RecordedRow>({ parts: {}, result: sql`select '[]'::jsonb as recorded, ${jsonRows(known)} as known` });

/** Readings, transfers and alarms, when nobody else has recorded anything at the site since it was read. */
function writeReadings(
  { id, readingN }: DispatchSite,
  priced: readonly Priced[],
  episodes: readonly Episode[],
  { known, by, now }: { known: readonly DispatchReading[]; by: string; now: number },
): Statement<RecordedRow> {
  const utc = (at: number) => new Date(at).toISOString();
  const rows = priced.map(({ startsAt, ...row }) => ({ ...row, startsAt: utc(startsAt) }));
  const transfers = priced.flatMap(({ asset, startsAt, costFen, worthFen }) =>
    dispatchPostings({ costFen, worthFen }).map((posting) => ({
      ...posting,
      causeId: `${asset}/${utc(startsAt)}`,
      occurredAt: utc(startsAt),
    })),
  );
  const alarms = episodes.map((episode) => ({
    ...episode,
    level: dispatchAlarmLevels[episode.code],
    raisedAt: utc(episode.raisedAt),
    lastAt: utc(episode.lastAt),
    clearedAt: episode.clearedAt === null ? null : utc(episode.clearedAt),
  }));
  return statement<RecordedRow>({
    parts: {
      gate: sql`
        insert into ${dispatchMarks} as m (site, reading_n) values (${id}, ${readingN + 1}::bigint)
        on conflict (site) do update set reading_n = excluded.reading_n where m.reading_n = excluded.reading_n - 1 returning m.site`,
      logged: sql`
        insert into ${dispatchReadings} (asset, site, starts_at, plan, planned_charge_wh, planned_discharge_wh, charge_wh, discharge_wh, load_wh, used_wh,
          soc_pct, tariff, period, price_micro, cost_fen, worth_fen, by, recorded_at)
        select r.asset, g.site, r."startsAt", r.plan, r."plannedChargeWh", r."plannedDischargeWh", r."chargeWh", r."dischargeWh", r."loadWh", r."usedWh",
          r."socPct", r.tariff, r.period, r."priceMicro", r."costFen", r."worthFen", ${by}, ${utc(now)}::timestamptz
        from jsonb_to_recordset(${jsonRows(rows)}) as r(asset text, "startsAt" timestamptz, plan int, "plannedChargeWh" int, "plannedDischargeWh" int,
          "chargeWh" int, "dischargeWh" int, "loadWh" int, "usedWh" int, "socPct" float8, tariff text, period text, "priceMicro" bigint,
          "costFen" bigint, "worthFen" bigint), gate g
        returning *`,
      moved: sql`
        insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
        select t.debit, t.credit, t."amountFen", 'dispatch', t."causeId", t.line, t."occurredAt"
        from jsonb_to_recordset(${jsonRows(transfers)})
          as t(debit text, credit text, "amountFen" bigint, "causeId" text, line int, "occurredAt" timestamptz), gate g
        order by t."causeId", t.line`,
      told: sql`
        insert into ${dispatchAlarms} (site, key, code, level, asset, detail, worst_wh, quarters, raised_at, last_at, cleared_at)
        select g.site, a.key, a.code, a.level, a.asset, a.detail, a."worstWh", a.quarters, a."raisedAt", a."lastAt", a."clearedAt"
        from jsonb_to_recordset(${jsonRows(alarms)}) as a(key text, code text, level int, asset text, detail text, "worstWh" int, quarters int,
          "raisedAt" timestamptz, "lastAt" timestamptz, "clearedAt" timestamptz), gate g
        on conflict (site, key, raised_at) do update set detail = excluded.detail, worst_wh = excluded.worst_wh, quarters = excluded.quarters,
          last_at = excluded.last_at, cleared_at = excluded.cleared_at`,
    },
    result: sql`
      select jsonb_agg(to_jsonb(logged.*)) as recorded, ${jsonRows(known)} as known from logged having count(*) > 0`,
  });
}

export const readingOf = (row: Readonly<Record<string, unknown>>): DispatchReading =>
  toReading(rowOf(dispatchReadings, row));
