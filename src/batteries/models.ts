import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody } from '../../schema/tables/custody.ts';
import { type BatteryModel, batteryModelId, type newBatteryModel } from '../../schema/wire/api/battery-model.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { editionIs } from '../api/etag.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { assignments } from '../inventory/change.ts';
import { actParts, marksPart, notified } from '../inventory/station-act.ts';

type Row = typeof batteryModels.$inferSelect;
type NewModel = z.output<typeof newBatteryModel>;
export type ModelChange = { [K in keyof Omit<NewModel, 'id'>]?: NewModel[K] | undefined };

const listCursor = cursorCodec('battery-models', batteryModelId);

export async function listModels(
  db: Database,
  filter: { chemistry?: Row['chemistry'] | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<BatteryModel>> {
  const after = listCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(batteryModels)
    .where(
      and(
        filter.chemistry === undefined ? undefined : eq(batteryModels.chemistry, filter.chemistry),
        after === null ? undefined : gt(batteryModels.id, after),
      ),
    )
    .orderBy(asc(batteryModels.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => listCursor.encode(row.id), toModel);
}

export async function readModel(db: Database, id: string): Promise<BatteryModel | null> {
  const [row] = await db.select().from(batteryModels).where(eq(batteryModels.id, id));
  return row ? toModel(row) : null;
}

export const modelOf = (row: Readonly<Record<string, unknown>>): BatteryModel => toModel(rowOf(batteryModels, row));

function toModel({ createdAt, changedAt, changedBy: _, ...same }: Row): BatteryModel {
  return { ...same, createdAt: createdAt.toISOString(), changedAt: changedAt.toISOString() };
}

export type RowOf = Record<string, unknown>;

/** Packs of the model may stand in stations already: their owners load them anew. */
export async function createModel(db: Database, model: NewModel, by: string): Promise<Statement<RowOf>> {
  const made = sql`
    insert into ${batteryModels} (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface,
      firmware_from, firmware_to, vehicle_firmware_from, changed_by)
    select ${model.id}, ${model.name}, ${model.chemistry}, ${model.nominalWh}::float8, ${model.nominalV}::float8, ${model.massKg}::float8,
      ${model.mechanicalInterface}, ${model.electricalInterface}, ${model.firmwareFrom}::text, ${model.firmwareTo}::text,
      ${model.vehicleFirmwareFrom}::text, ${by}
    where (select count(*) from marks) >= 0 on conflict (id) do nothing returning *`;
  const act = { stations: await stationsWith(db, model.id), type: 'batteryModelChanged', by, body: model };
  return statement<RowOf>({
    parts: { marks: marksPart(act.stations), made, agreed: sql`select id from made`, ...actParts(act) },
    result: sql`select made.*, ${notified} as told from made`,
  });
}

export async function changeModel(
  db: Database,
  id: string,
  change: ModelChange,
  { by, expected }: { by: string; expected: readonly number[] | null },
): Promise<Statement<RowOf>> {
  const act = { stations: await stationsWith(db, id), type: 'batteryModelChanged', by, body: { id, ...change } };
  const changed = sql`
    update ${batteryModels} set changed_at = now(), changed_by = ${by}, ${assignments({
      name: change.name,
      chemistry: change.chemistry,
      nominal_wh: change.nominalWh,
      nominal_v: change.nominalV,
      mass_kg: change.massKg,
      mechanical_interface: change.mechanicalInterface,
      electrical_interface: change.electricalInterface,
      firmware_from: change.firmwareFrom,
      firmware_to: change.firmwareTo,
      vehicle_firmware_from: change.vehicleFirmwareFrom,
    })}
    where ${batteryModels.id} = ${id} and ${editionIs(batteryModels.edition, expected)} and (select count(*) from marks) >= 0 returning *`;
  return statement<RowOf>({
    parts: { marks: marksPart(act.stations), changed, agreed: sql`select id from changed`, ...actParts(act) },
    result: sql`select changed.*, ${notified} as told from changed`,
  });
}

/** Only a model that no pack has may go. */
export const deleteModel = (id: string, expected: readonly number[] | null): Statement<{ id: string }> =>
  statement<{ id: string }>({
    parts: {
      gone: sql`delete from ${batteryModels} where ${batteryModels.id} = ${id} and ${editionIs(batteryModels.edition, expected)}
        and not exists (select from ${batteries} b where b.model = ${id}) returning id`,
    },
    result: sql`select id from gone`,
  });

export async function isUsed(db: Database, id: string): Promise<boolean> {
  const rows = await db.execute(sql`select from ${batteries} b where b.model = ${id} limit 1`);
  return rows.length > 0;
}

async function stationsWith(db: Database, model: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ station: custody.station })
    .from(batteries)
    .innerJoin(custody, eq(custody.pack, batteries.code))
    .where(and(eq(batteries.model, model), sql`${custody.station} is not null`));
  return rows.flatMap(({ station }) => station ?? []).sort();
}
