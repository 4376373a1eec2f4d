import { and, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { lifeDuties, lifeEvents } from '../../schema/tables/lifecycle.ts';
import { secondLifeAssets } from '../../schema/tables/second-life.ts';
import type { BatteryLife, LifeEventView, TraceSummary } from '../../schema/wire/api/traceability.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { beijingToday } from './today.ts';
import { lastAnnouncedYear } from './working-days.ts';

const cursor = cursorCodec('life-events', z.tuple([cursorInstant, z.int().min(1)]));

export interface LifeFilter {
  code?: string | undefined;
  type?: LifeEventView['type'] | undefined;
  station?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  report?: number | undefined;
}

/** What of the events a caller sees: an owner those of packs that were its own. */
const seesEvents = ({ role, organisation }: Tenant): SQL | undefined =>
  role === 'owner' ? (organisation === null ? sql`false` : eq(lifeEvents.owner, organisation)) : undefined;

/** The code of a pack and that of what it became in its second life: both lead to the same life. */
async function codesOf(db: Database, code: string): Promise<string[]> {
  const rows = await db.execute<{ pack: string; code: string }>(
    sql`select a.pack, a.code from ${secondLifeAssets} a where a.code = ${code} or a.pack = ${code}`,
  );
  return [...new Set([code, ...rows.flatMap((row) => [row.pack, row.code])])];
}

/** Newest first. Walks `life_events_by_code`, `life_events_by_station` or `life_events_by_time`. */
export async function listLife(
  db: Database,
  caller: Tenant,
  { code, type, station, from, to, report }: LifeFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<LifeEventView>> {
  const after = cursor.decode(page.cursor);
  const codes = code === undefined ? undefined : await codesOf(db, code);
  const rows = await db
    .select()
    .from(lifeEvents)
    .leftJoin(lifeDuties, eq(lifeDuties.event, lifeEvents.id))
    .where(
      and(
        seesEvents(caller),
        codes === undefined ? undefined : inArray(lifeEvents.code, codes),
        type === undefined ? undefined : eq(lifeEvents.type, type),
        station === undefined ? undefined : eq(lifeEvents.station, station),
        // By the events of the report, which are few; else the planner walks back through everybody's for them.
        report === undefined
          ? undefined
          : sql`${lifeEvents.id} = any(array(select d.event from ${lifeDuties} d where d.report = ${report}))`,
        from === undefined ? undefined : gte(lifeEvents.occurredAt, new Date(from)),
        to === undefined ? undefined : lt(lifeEvents.occurredAt, new Date(to)),
        after === null
          ? undefined
          : sql`(${lifeEvents.occurredAt}, ${lifeEvents.id}) < (${after[0]}::timestamptz, ${after[1]}::int8)`,
      ),
    )
    .orderBy(desc(lifeEvents.occurredAt), desc(lifeEvents.id))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ life_events: event }) => cursor.encode([event.occurredAt.toISOString(), event.id]),
    ({ life_events: event, life_duties: duty }) => toLifeEvent(event, duty),
  );
}

const typesZh: Readonly<Record<LifeEventView['type'], string>> = {
  installed: '电池安装',
  removed: '电池拆卸',
  retired: '电池退役',
  graded: '余能检测分级',
  cascaded: '梯次产品编码',
  commissioned: '梯次产品投运',
  decommissioned: '梯次产品停运',
  movedToSecondLife: '梯次利用出库',
  movedToRecycler: '移交再生利用',
  recycled: '再生利用',
};

type EventRow = typeof lifeEvents.$inferSelect;
type DutyRow = typeof lifeDuties.$inferSelect;

function toLifeEvent(event: EventRow, duty: DutyRow | null): LifeEventView {
  const type = event.type as LifeEventView['type'];
  return {
    ...event,
    type,
    typeZh: typesZh[type],
    occurredAt: event.occurredAt.toISOString(),
    recordedAt: event.recordedAt.toISOString(),
    duty: duty && {
      withinDays: duty.withinDays,
      dueDay: duty.dueDay,
      isOverdue: duty.reportedAt === null && duty.dueDay < beijingToday(),
      report: duty.report,
      reportedAt: duty.reportedAt?.toISOString() ?? null,
    },
  };
}

interface HeadRow extends Record<string, unknown> {
  code: string;
  cascade_code: string | null;
  model: string;
  chemistry: string | null;
  owner: string | null;
  status: BatteryLife['status'];
  place: string | null;
  swap_count: number;
  counts: BatteryLife['counts'];
  overdue: number;
}

/** The life of a pack, by any of its codes; null: no such pack, or not the caller's. */
export async function readLife(db: Database, caller: Tenant, code: string): Promise<BatteryLife | null> {
  const own = caller.role === 'owner' ? sql`and b.owner = ${caller.organisation}` : sql``;
  const codes = await codesOf(db, code);
  const [head] = await db.execute<HeadRow>(sql`
    with named as (select unnest(${sql.param(codes)}::text[]) as code)
    select b.code, (select n.code from named n where n.code <> b.code limit 1) as cascade_code,
      b.model, m.chemistry, b.owner, b.status, c.place,
      b.swap_count,
      coalesce((select jsonb_object_agg(t.type, t.n) from (
        select e.type, count(*)::int as n from life_events e where e.code in (select n.code from named n) group by e.type) t), '{}') as counts,
      (select count(*)::int from life_events e join life_duties d on d.event = e.id
        where e.code in (select n.code from named n) and d.reported_at is null and d.due_day < ${beijingToday()}::date) as overdue
    from batteries b left join battery_models m on m.id = b.model left join custody c on c.pack = b.code
    where b.code in (select n.code from named n) ${own} limit 1`);
  if (head === undefined) return null;
  const { cascade_code, swap_count, ...same } = head;
  const { items } = await listLife(db, { ...caller, role: 'admin' }, { code }, { limit: 100 });
  return { ...same, cascadeCode: cascade_code, swapCount: swap_count, events: items };
}

/** How the clocks stand. */
export async function traceSummary(db: Database): Promise<TraceSummary> {
  const today = beijingToday();
  const [row] = await db.execute<Omit<TraceSummary, 'calendarKnownUntil'> & Record<string, unknown>>(sql`
    select count(*)::int as open, count(*) filter (where due_day < ${today}::date)::int as overdue,
      count(*) filter (where due_day >= ${today}::date and due_day <= ${today}::date + 5)::int as "dueWithin5Days",
      min(due_day)::text as "oldestDueDay",
      coalesce((select jsonb_agg(jsonb_build_object('station', s.station, 'overdue', s.n) order by s.n desc) from (
        select station, count(*)::int as n from life_duties where reported_at is null and due_day < ${today}::date group by station) s), '[]') as stations
    from life_duties where reported_at is null`);
  if (row === undefined) throw new Error('a count has no row');
  return { ...row, calendarKnownUntil: `${lastAnnouncedYear}-12-31` };
}
