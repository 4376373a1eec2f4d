import { inArray } from 'drizzle-orm';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import type { Database } from '../db/client.ts';
import { unknownReference } from '../inventory/change.ts';

/** Refuses terms that name a model nobody has described: no pack would ever be given. */
export async function requireModels(db: Database, models: readonly string[], pointer: string): Promise<void> {
  if (models.length === 0) return;
  const rows = await db
    .select({ id: batteryModels.id })
    .from(batteryModels)
    .where(inArray(batteryModels.id, [...models]));
  const known = new Set(rows.map(({ id }) => id));
  const at = models.findIndex((model) => !known.has(model));
  if (at >= 0) throw unknownReference(`${pointer}/${at}`, `${models[at]} is not a battery model`);
}
