import { sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { gradings } from '../../schema/tables/gradings.ts';
import { secondLifeAssets } from '../../schema/tables/second-life.ts';
import type { SecondLifePipeline } from '../../schema/wire/api/second-life.ts';
import { assetStates } from '../../schema/wire/cascade/asset.ts';
import { grades } from '../../schema/wire/cascade/grading.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';

interface Count extends Record<string, unknown> {
  status: 'retired' | 'secondLife' | 'recycled';
  /** Grade of the last grading, or state of the asset. */
  of: string | null;
  packs: number;
}

/**
 * How many packs stand where on their way from traffic to the recycler. Walks `batteries_not_in_service`, each retired pack's last grading by its key,
 * and the index of assets by state; of an owner, the packs it has.
 */
export async function readPipeline(db: Database, { role, organisation }: Tenant): Promise<SecondLifePipeline> {
  const own = role === 'owner' ? sql`and b.owner = ${organisation}` : sql``;
  const rows = await db.execute<Count>(sql`
    select 'retired' as status, g.grade as of, count(*)::int as packs from ${batteries} b
      left join lateral (select grade from ${gradings} where pack = b.code order by n desc limit 1) g on true
      where b.status = 'retired' ${own} group by g.grade
    union all
    select 'secondLife', a.state, count(*)::int from ${secondLifeAssets} a
      ${role === 'owner' ? sql`join ${batteries} b on b.code = a.pack ${own}` : sql``} where a.state <> 'recycled' group by a.state
    union all
    select 'recycled', null, count(*)::int from ${batteries} b where b.status = 'recycled' ${own}`);
  const packsOf = (status: Count['status'], of: string | null) =>
    rows.find((row) => row.status === status && row.of === of)?.packs ?? 0;
  const working = assetStates.filter((state) => state !== 'recycled');
  return {
    ungraded: packsOf('retired', null),
    graded: byName(grades, (grade) => packsOf('retired', grade)),
    assets: byName(working, (state) => packsOf('secondLife', state)),
    recycled: packsOf('recycled', null),
  };
}

const byName = <K extends string>(names: readonly K[], count: (name: K) => number) =>
  Object.fromEntries(names.map((name) => [name, count(name)])) as Record<K, number>;
