import { sql } from 'drizzle-orm';
import { isChangeable, stepAsset } from '../../machines/cascade/asset-life.ts';
import { thermalEvents } from '../../schema/tables/gradings.ts';
import { assetEvents, secondLifeAssets } from '../../schema/tables/second-life.ts';
import type { AssetActBody, AssetChange, AssetFault, AssetFields } from '../../schema/wire/api/second-life.ts';
import type { AssetEventType, AssetState } from '../../schema/wire/cascade/asset.ts';
import { ApiError } from '../api/problem.ts';
import { type Statement, statement } from '../db/statement.ts';
import { assignments } from '../inventory/change.ts';
import { lifeRefusal } from './asset-rules.ts';
import { changedAsset, type FoundAsset, toAsset } from './assets.ts';
import { awayParts } from './pack-away.ts';
import { isFuture, packUnchanged, type RetiredPack } from './retired-pack.ts';

/** An asset with all that is looked at before anything is done with it. */
export interface HeldAsset extends FoundAsset {
  pack: RetiredPack;
  /** Its last event. */
  lastAt: number;
}

type Row = Record<string, unknown>;

export interface By {
  by: string;
  now: number;
}

const refused = (held: FoundAsset, detail: string) =>
  new ApiError('change-refused', detail, { current: toAsset(held) });

/** When it was done: not to come, and not before the last event. */
function instantOf(held: HeldAsset, at: string | undefined, now: number): string {
  const instant = at === undefined ? Math.max(now, held.lastAt) : Date.parse(at);
  if (at !== undefined && isFuture(at, now)) throw refused(held, 'It is recorded when it has been done.');
  if (instant < held.lastAt)
    throw refused(held, `Its last event was at ${new Date(held.lastAt).toISOString()}, later than that.`);
  return new Date(instant).toISOString();
}

/** Where the act leads. @throws 409 with the acts it takes in its state. */
function stepOf(held: FoundAsset, act: Parameters<typeof stepAsset>[1]) {
  const step = stepAsset(held.asset.state, act);
  if (step !== null) return step;
  const { state, acts } = toAsset(held);
  const others = acts.length > 0 ? `It takes ${acts.join(', ')}.` : 'That is final.';
  throw refused(held, `An asset that is ${state} does not take ${act}. ${others}`);
}

/**
 * An act of a person. Whoever puts it to work has measured its insulation, it stands at its site, and its pack may still have a second life: not
 * after a thermal event, and not when it was graded anew as one for the recycler.
 */
export function actStatement(
  held: HeldAsset,
  { act, at, ...body }: AssetActBody,
  { by, now, minOhmPerV }: By & { minOhmPerV: number },
): Statement<Row> {
  const { state, event } = stepOf(held, act);
  const { asset, pack } = held;
  if (state === 'commissioned') {
    const never = lifeRefusal(pack);
    if (never !== null) throw refused(held, never);
    if (pack.place !== `secondLifeSite/${asset.site}`)
      throw refused(held, `It is at ${pack.place}: record its movement to secondLifeSite/${asset.site} first.`);
    const ohmPerV = 'insulationOhmPerV' in body ? body.insulationOhmPerV : 0;
    if (ohmPerV < minOhmPerV) throw refused(held, `Its insulation is below ${minOhmPerV} Ω/V: ${ohmPerV}.`);
  }
  return stepStatement(held, { state, event, body, by, at: instantOf(held, at, now) });
}

/** A fault told by a person or the controller of the site. One that is thermal ends every use of the pack. */
export function faultStatement(held: HeldAsset, { at, ...fault }: AssetFault, { by, now }: By): Statement<Row> {
  const { state, event } = stepOf(held, 'reportFault');
  const when = instantOf(held, at, now);
  const step = stepStatement(held, { state, event, body: fault, by, at: when });
  if (!fault.isThermal) return step;
  const burnt = sql`
    insert into ${thermalEvents} (pack, source, n, detail, occurred_at)
    select pack, 'site/' || code, event_n, ${`${fault.fault}: ${fault.detail}`}, ${when}::timestamptz from changed`;
  return { ...step, parts: { ...step.parts, burnt } };
}

interface Step {
  state: AssetState;
  event: AssetEventType;
  body: object;
  by: string;
  at: string;
}

/** One statement: its state and the event. No row: somebody else was first. */
function stepStatement({ asset, pack }: HeldAsset, { state, event, body, by, at }: Step): Statement<Row> {
  const commissionedAt =
    state === 'commissioned' ? sql`coalesce(a.commissioned_at, ${at}::timestamptz)` : sql`a.commissioned_at`;
  return statement<Row>({
    parts: {
      ...packUnchanged(pack),
      changed: sql`
        update ${secondLifeAssets} a set state = ${state}, commissioned_at = ${commissionedAt}, event_n = a.event_n + 1, edition = a.edition + 1,
          changed_by = ${by}
        from same where a.pack = same.code and a.code = ${asset.code} and a.edition = ${asset.edition} returning a.*`,
      event: eventPart({ event, body, by, at }),
    },
    result: changedAsset,
  });
}

const eventPart = ({ event, body, by, at }: Omit<Step, 'state'>) => sql`
  insert into ${assetEvents} (asset, n, type, body, by, occurred_at)
  select code, event_n, ${event}, ${JSON.stringify(body)}::text::jsonb, ${by}, ${at}::timestamptz from changed`;

/** Only an asset that does no work is changed. It works under the last grading of its pack from then on. */
export function requireChangeable(held: HeldAsset): void {
  const { asset, pack } = held;
  if (!isChangeable(asset.state))
    throw refused(held, `An asset that is ${asset.state} is not changed: take it out of service first.`);
  const never = lifeRefusal(pack);
  if (never !== null) throw refused(held, never);
}

/** What it is, and where: to another site its pack goes with it. */
export function changeStatement(held: HeldAsset, { reason, ...change }: AssetChange, { by, now }: By): Statement<Row> {
  const { asset, pack } = held;
  const at = instantOf(held, undefined, now);
  const site = change.site ?? asset.site;
  const moves = site !== asset.site;
  return statement<Row>({
    parts: {
      ...packUnchanged(pack),
      agreed: sql`
        select a.pack as code from ${secondLifeAssets} a join same on same.code = a.pack
        where a.code = ${asset.code} and a.edition = ${asset.edition} for update of a`,
      ...(moves ? awayParts({ to: { kind: 'secondLifeSite', place: `secondLifeSite/${site}` }, by, reason, at }) : {}),
      changed: sql`
        update ${secondLifeAssets} a set grading = ${pack.grading?.n ?? asset.grading}::int, event_n = event_n + 1, changed_by = ${by},
          ${assignments(columnsOf(change))}
        from agreed where a.pack = agreed.code returning a.*`,
      event: eventPart({ event: 'changed', body: { ...change, reason }, by, at }),
    },
    result: changedAsset,
  });
}

const columnsOf = (change: AssetFields): Record<string, unknown> => ({
  site: change.site,
  function: change.function,
  power_w: change.powerW,
  energy_wh: change.energyWh,
  soc_min_pct: change.socMinPct,
  soc_max_pct: change.socMaxPct,
  reserve_pct: change.reservePct,
  charge_efficiency_pct: change.chargeEfficiencyPct,
  discharge_efficiency_pct: change.dischargeEfficiencyPct,
});
