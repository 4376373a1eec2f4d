import { and, desc, eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody } from '../../schema/tables/custody.ts';
import { gradings, thermalEvents } from '../../schema/tables/gradings.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';

/** Who sees a pack outside stations: an owner its own, the operator's people and the regulator all; a fleet has no business with it. */
export const ofOwnPack = (caller: Tenant, column: SQLWrapper): SQL | undefined =>
  caller.role === 'owner'
    ? sql`(select mine.owner from ${batteries} mine where mine.code = ${column}) = ${caller.organisation}`
    : undefined;

const fewPacks = 2_000;

/**
 * The same for a list. Those of an owner of few packs are looked up by the index of packs, which an array makes sure of; an owner of many has one soon in
 * any order.
 */
export async function ofOwnPacks(db: Database, caller: Tenant): Promise<(column: SQLWrapper) => SQL | undefined> {
  if (caller.role !== 'owner') return () => undefined;
  const own = sql`select mine.code from ${batteries} mine where mine.owner = ${caller.organisation}`;
  const [row] = await db.execute<{ many: boolean }>(
    sql`select count(*) > ${fewPacks} as many from (${own} limit ${fewPacks + 1}) few`,
  );
  return (column) => (row?.many ? sql`${column} in (${own})` : sql`${column} = any(array(${own}))`);
}

/** A pack as the second life sees it. */
export interface RetiredPack {
  code: string;
  status: (typeof batteries.$inferSelect)['status'];
  edition: number;
  /** Of its model; null: nobody has described it. */
  nominalWh: number | null;
  nominalV: number | null;
  massKg: number | null;
  negativeEvents: number;
  fullCycles: number | null;
  thermalEvents: number;
  /** Where it is, and the version of that. */
  kind: string;
  place: string;
  version: number;
  since: Date;
  /** Its last grading. */
  grading: typeof gradings.$inferSelect | null;
}

/** Null: the caller sees no such pack. */
export async function readRetiredPack(db: Database, caller: Tenant, code: string): Promise<RetiredPack | null> {
  // Before its grading: then whoever grades in between is noticed by the edition.
  const [row] = await db
    .select({
      code: batteries.code,
      status: batteries.status,
      edition: batteries.edition,
      nominalWh: batteryModels.nominalWh,
      nominalV: batteryModels.nominalV,
      massKg: batteryModels.massKg,
      negativeEvents: batteries.negativeEvents,
      chargeWh: batteries.chargeWh,
      thermalEvents: sql<number>`(select count(*)::int from ${thermalEvents} t where t.pack = ${batteries.code})`,
      kind: custody.kind,
      place: custody.place,
      version: custody.version,
      since: custody.since,
    })
    .from(batteries)
    .innerJoin(custody, eq(custody.pack, batteries.code))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(and(eq(batteries.code, code), ofOwnPack(caller, batteries.code)));
  if (!row) return null;
  const [grading] = await db.select().from(gradings).where(eq(gradings.pack, code)).orderBy(desc(gradings.n)).limit(1);
  const { chargeWh, ...same } = row;
  const fullCycles = row.nominalWh === null ? null : chargeWh / row.nominalWh;
  return { ...same, fullCycles, grading: grading ?? null };
}

/**
 * Parts that lock a pack in the order movements do, and say whether it still is as it was read: `same` has a row then. Everything that matters
 * of a pack outside stations raises its edition (status, grading) or the version of its place.
 */
export const packUnchanged = ({ code, edition, version }: Pick<RetiredPack, 'code' | 'edition' | 'version'>) => ({
  held: sql`select pack, kind, place, version from ${custody} where pack = ${code} for update`,
  facts: sql`select code, edition from ${batteries} where code = ${code} and (select count(*) from held) >= 0 for update`,
  same: sql`
    select facts.code from facts join held on held.pack = facts.code
    where facts.edition = ${edition} and held.version = ${version}`,
});

/** A clock that is a little ahead is forgiven. */
const forgivenMs = 60_000;

export const isFuture = (at: string | number, now: number): boolean =>
  (typeof at === 'number' ? at : Date.parse(at)) > now + forgivenMs;

/** A key of a table was taken between reading and writing: now it is seen there. */
export function isTaken(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) if ('code' in e && e.code === '23505') return true;
  return false;
}
