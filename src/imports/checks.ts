import { type SQL, sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody } from '../../schema/tables/custody.ts';
import { importErrors, importRows, imports } from '../../schema/tables/imports.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { slots } from '../../schema/tables/slots.ts';
import { stations } from '../../schema/tables/stations.ts';
import { users } from '../../schema/tables/users.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { ImportKind } from '../../schema/wire/api/import.ts';
import type { Database } from '../db/client.ts';

/**
 * What only the database knows: whether what a row names is there, and whether its place is free. Each is a SELECT of (line, column, reason,
 * warning) over `r`, the good staged rows of some lines; a null reason is no problem.
 */
type Check = (import_: CheckedImport) => SQL;

export interface CheckedImport {
  id: string;
  kind: ImportKind;
  organisation: string | null;
}

const exclusive = sql`('slot', 'berth', 'lift', 'vehicle', 'isolation')`;

const batteryCheck: Check = () => sql`
  select r.line, e.* from r
    left join ${batteries} b on b.code = r.key
    left join ${custody} c on c.pack = r.key
    left join ${organisations} o on o.id = r.data->>'owner' and o.kind = 'owner'
    left join ${batteryModels} m on m.id = r.data->>'model'
    left join ${stations} s on s.id = r.data->>'station' and s.retired_at is null
    left join ${slots} x on x.station = s.id and r.data->>'kind' = 'slot' and x.slot = (r.data->'target'->>'slot')::int
    left join ${vehicles} v on r.data->>'kind' = 'vehicle' and v.vin = r.data->'target'->>'vin'
    left join ${custody} other on other.place = r.data->>'place' and other.kind in ${exclusive} and other.pack <> r.key
    cross join lateral (values
      ('owner', case when r.data ? 'owner' and o.id is null then 'is not the id of an owner' end),
      ('model', case
        when r.data ? 'model' and m.id is null and r.data->>'model' is distinct from b.model then 'is not a known model'
        when not r.data ? 'model' and b.code is null then 'is needed for a new pack'
        when c.kind in ${exclusive} and r.data->>'model' <> b.model then 'the pack is at ' || c.place || ' and says it is a ' || b.model end),
      ('status', case
        when r.data->>'status' <> b.status then 'the pack is ' || b.status || ': that is changed on the pack, with a reason'
        when b.code is null and r.data->>'status' in ('secondLife', 'recycled')
          then 'a new pack is not ' || (r.data->>'status') || ': bring it in as retired; its grading, asset or hand-over makes the rest' end),
      ('place', case
        when c.pack is not null then null
        when r.data->>'kind' = 'slot' and (s.id is null or x.slot is null) then 'there is no ' || (r.data->>'place')
        when r.data->>'kind' = 'isolation' and (s.id is null or (r.data->'target'->>'box')::int > (s.type->>'isolationBoxes')::int)
          then 'there is no ' || (r.data->>'place')
        when r.data->>'kind' = 'vehicle' and v.vin is null then 'no such vehicle is enrolled'
        when other.pack is not null then other.pack || ' is there'
        when x.locked then 'the slot is locked'
        when x.reserved_by is not null then 'the slot is set aside for ' || x.reserved_by
        when r.data->>'kind' = 'slot' and coalesce(r.data->>'status', 'inService') not in ('inService', 'quarantined', 'resting')
          then 'a pack that is ' || (r.data->>'status') || ' does not go into a slot'
        when r.data->>'kind' = 'vehicle' and coalesce(r.data->>'status', 'inService') <> 'inService'
          then 'a pack that is ' || (r.data->>'status') || ' does not go into a vehicle' end)
    ) e ("column", reason)`;

const vehicleCheck: Check = ({ organisation }) => sql`
  select r.line, e.* from r
    left join ${vehicles} v on v.vin = r.key
    left join ${organisations} o on o.id = r.data->>'fleet' and o.kind = 'fleet'
    cross join lateral (values
      ('fleet', case when r.data ? 'fleet' and o.id is null then 'is not the id of a fleet' end),
      ('vin', case when ${organisation}::text is not null and v.fleet <> ${organisation}::text
        then 'cannot be enrolled by you: ask the operator' end),
      ('models', (select 'is not a known model: ' || string_agg(said.name, ', ')
        from jsonb_array_elements_text(r.data->'models') as said (name) where not exists (select from ${batteryModels} m where m.id = said.name)))
    ) e ("column", reason)`;

/** What the user would be afterwards must hold together; an admin is not made less by a file. */
const userCheck: Check = () => sql`
  select r.line, e.* from r
    left join ${users} u on u.email = r.key
    cross join lateral (select coalesce(r.data->>'role', u.role) as role, coalesce(r.data->>'organisation', u.organisation) as organisation) w
    left join ${organisations} o on o.id = w.organisation
    cross join lateral (values
      ('name', case when not r.data ? 'name' and u.id is null then 'is needed for a new user' end),
      ('role', case
        when w.role is null then 'is needed for a new user'
        when u.role = 'admin' and w.role <> 'admin' then 'an admin stays one: that is changed on the user' end),
      ('organisation', case
        when w.role in ('fleet', 'owner') and w.organisation is null then 'is needed for the role ' || w.role
        when w.organisation is not null and o.id is null then 'is not the id of an organisation'
        when w.role in ('fleet', 'owner') and o.kind <> w.role then 'is not the id of ' || case w.role when 'owner' then 'an owner' else 'a fleet' end end),
      ('stations', case
        when w.role in ('staff', 'maintenance') and not r.data ? 'stations' and coalesce(cardinality(u.stations), 0) = 0
          then 'is needed for the role ' || w.role
        else (select 'there is no station ' || string_agg(said.name, ', ')
          from jsonb_array_elements_text(r.data->'stations') as said (name) where not exists (select from ${stations} s where s.id = said.name)) end)
    ) e ("column", reason)`;

const checks: Readonly<Record<ImportKind, Check>> = {
  batteries: batteryCheck,
  vehicles: vehicleCheck,
  users: userCheck,
};

/** Keys that come again, and places that two new packs want: the first one stands, unless what is meant says otherwise. */
const repeated = ({ id, kind }: CheckedImport): SQL => {
  const keyColumn = { batteries: 'code', vehicles: 'vin', users: 'email' }[kind];
  const keys = sql`
    select line, ${keyColumn} as "column", 'repeats line ' || first as reason from (
      select line, min(line) over (partition by key) as first from ${importRows} where import_id = ${id} and not bad) k
    where line > first`;
  if (kind !== 'batteries') return keys;
  return sql`${keys} union all
    select line, 'place', 'line ' || first || ' has a pack there too' from (
      select r.line, r.key, min(r.line) over (partition by r.data->>'place') as first, first_value(r.key) over (partition by r.data->>'place' order by r.line) as first_key
      from ${importRows} r where r.import_id = ${id} and not r.bad and r.data->>'kind' in ${exclusive}
        and not exists (select from ${custody} c where c.pack = r.key)) p
    where line > first and key <> first_key`;
};

/** Notes problems and marks their rows, while the import is being checked; false: it is not any more. */
async function note(db: Database, { id }: CheckedImport, problems: SQL, counted: SQL): Promise<boolean> {
  const passed = await db.execute(sql`
    with gate as (
      update ${imports} set checked = ${counted}, alive_at = now() where id = ${id} and state = 'checking' returning id),
    problems as materialized (select p.line, p."column", p.reason from (${problems}) p, gate where p.reason is not null),
    noted as (
      insert into ${importErrors} (import_id, line, "column", reason)
      select distinct ${id}, line, "column", reason from problems on conflict do nothing),
    marked as (
      update ${importRows} set bad = true where import_id = ${id} and line = any(array(select line from problems)))
    select id from gate`);
  return passed.length > 0;
}

const linesAtOnce = 5000;

/** Checks all that is staged, some lines at a time. False: somebody has cancelled it. */
export async function checkStaged(db: Database, checked: CheckedImport): Promise<boolean> {
  const { id, kind } = checked;
  const [last] = await db.execute<{ line: number }>(sql`
    select coalesce(max(line), 0) as line from ${importRows} where import_id = ${id}`);
  for (let from = 0; from < (last?.line ?? 0); from += linesAtOnce) {
    const within = sql`import_id = ${id} and line > ${from} and line <= ${from + linesAtOnce}`;
    const problems = sql`
      with r as materialized (select line, key, data from ${importRows} where ${within} and not bad) ${checks[kind](checked)}`;
    const counted = sql`${from === 0 ? sql`0` : sql`checked`} + (select count(*)::int from ${importRows} where ${within})`;
    if (!(await note(db, checked, problems, counted))) return false;
  }
  return note(db, checked, repeated(checked), sql`rows`);
}
