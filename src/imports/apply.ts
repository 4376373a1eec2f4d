import { type SQL, sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { importRows, imports } from '../../schema/tables/imports.ts';
import { slots } from '../../schema/tables/slots.ts';
import { users } from '../../schema/tables/users.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import { type Statement, statement } from '../db/statement.ts';
import { actParts, marksPart, notified } from '../inventory/station-act.ts';
import type { CheckedImport } from './checks.ts';

export interface Applied {
  inserted: number;
  updated: number;
  unchanged: number;
}

export interface AppliedImport extends CheckedImport {
  by: string;
  /** Stations into whose places new packs come, or where cars may stand that the file changes. */
  stations: readonly string[];
}

/**
 * The one statement that brings a file in.
 *
 * - **The gate** locks the import's own row. Who finds the import half-way later (another process, after this one was killed) waits for the
 *   statement or passes the row by, so it is never called failed while its rows come in after all. What a crash of the database has taken out of
 *   staging is missed here: nothing enters then.
 * - **Only rows that differ are touched**: `ON CONFLICT DO UPDATE` locks a row before it looks at its WHERE, so what is as the file says is
 *   not offered to it at all. The WHERE is for what changed since the statement began.
 * - **Locks that others wait for come last and in order.** New rows and packs on shelves are written first; then the marks of the
 *   stations that get packs, then packs that machines may move, by code. What a station has is locked for a moment, not for the whole statement.
 */
export function applyStatement(done: AppliedImport): Statement<Applied> {
  const { id, kind } = done;
  const { parts, after = {}, told = sql`0` } = writers[kind](done);
  return statement<Applied>({
    parts: {
      gate: sql`
        select id from ${imports} where id = ${id} and state = 'applying'
          and rows = (select count(*) from ${importRows} where import_id = ${id}) for update`,
      good: sql`
        select r.line, r.key, r.data from ${importRows} r, gate where r.import_id = gate.id and not r.bad`,
      ...parts,
      counted: sql`
        select count(*) filter (where fresh)::int as inserted, count(*) filter (where not fresh)::int as updated from written`,
      ...after,
      noted: sql`
        update ${imports} i set state = 'done', ended_at = now(), inserted = counted.inserted, updated = counted.updated,
          unchanged = (select count(*) from good) - counted.inserted - counted.updated
        from gate, counted where i.id = gate.id
        returning i.inserted, i.updated, i.unchanged`,
    },
    result: sql`select *, ${told} as told from noted`,
  });
}

interface Writer {
  /** Ends with `written`, which has a row for each row that was inserted (`fresh`) or changed. */
  parts: Record<string, SQL>;
  after?: Record<string, SQL>;
  told?: SQL;
}

const fresh = sql`(xmax = 0) as fresh`;
const liveKinds = sql`('slot', 'berth', 'lift', 'vehicle', 'isolation', 'unknown')`;

/** What of a known pack the file changes: its owner; and what its BMS would say, while no machine has it. `''` says nothing. */
const batteryRow = sql`
  select g.line, g.key, g.data, b.code is null as new, c.pack is null as homeless, coalesce(c.kind in ${liveKinds}, false) as live,
    case when c.kind in ${liveKinds} then '' else coalesce(g.data->>'model', '') end as model,
    case when c.kind in ${liveKinds} then '' else coalesce(g.data->>'firmware', '') end as firmware,
    case when c.kind in ${liveKinds} then null else (g.data->>'sohPct')::float8 end as soh_pct,
    g.data->>'owner' as owner
  from good g left join ${batteries} b on b.code = g.key left join ${custody} c on c.pack = g.key
  where b.code is null or c.pack is null
    or (g.data ? 'owner' and b.owner is distinct from g.data->>'owner')
    or (c.kind not in ${liveKinds} and (
      (g.data ? 'model' and b.model <> g.data->>'model') or (g.data ? 'firmware' and b.firmware <> g.data->>'firmware')
      or (g.data ? 'sohPct' and b.soh_pct is distinct from (g.data->>'sohPct')::float8)))`;

/** A new pack that comes to where machines work, or a pack that is there. */
const reachable = sql`(live or (homeless and data->>'kind' in ('slot', 'isolation', 'vehicle')))`;

function batteryWriter({ id, by, stations }: AppliedImport): Writer {
  const reason = `import ${id}`;
  const row = sql`key, model, firmware, owner, soh_pct, coalesce(data->>'status', 'inService'), ${by}, ${reason}`;
  return {
    parts: {
      due: batteryRow,
      marks: marksPart(stations),
      // What was free when it was checked and is not any more ends the statement: it is checked again.
      berths: sql`
        select case when x.locked or x.reserved_by is not null then refuse_import(x.station || '/slot/' || x.slot) end as refused
        from ${slots} x
        where (x.station, x.slot) in (
            select data->>'station', (data->'target'->>'slot')::int from due where homeless and data->>'kind' = 'slot')
          and (select count(*) from marks) >= 0
        order by x.station, x.slot for update`,
      written: sql`
        insert into ${batteries} as b (code, model, firmware, owner, soh_pct, status, changed_by, change_reason)
        select * from (
          (select ${row} from due where not ${reachable} order by key)
          union all
          (select ${row} from due where ${reachable} and (select count(refused) from berths) >= 0 order by key)) ordered
        on conflict (code) do update set owner = coalesce(excluded.owner, b.owner), model = coalesce(nullif(excluded.model, ''), b.model),
          firmware = coalesce(nullif(excluded.firmware, ''), b.firmware), soh_pct = coalesce(excluded.soh_pct, b.soh_pct),
          edition = b.edition + 1, changed_by = excluded.changed_by, change_reason = excluded.change_reason
        where coalesce(excluded.owner, b.owner) is distinct from b.owner or coalesce(nullif(excluded.model, ''), b.model) <> b.model
          or coalesce(nullif(excluded.firmware, ''), b.firmware) <> b.firmware or coalesce(excluded.soh_pct, b.soh_pct) is distinct from b.soh_pct
        returning code, ${fresh}`,
    },
    after: {
      placed: sql`
        insert into ${custody} (pack, kind, place, station, version, since)
        select key, data->>'kind', data->>'place', data->>'station', 1, now() from due
        where homeless and (select inserted from counted) >= 0 order by key
        on conflict (pack) do nothing returning pack, kind, place`,
      moved: sql`
        insert into ${custodyMoves} (pack, version, to_kind, to_place, cause, by, reason, occurred_at)
        select pack, 1, kind, place, 'import', ${by}, ${reason}, now() from placed`,
      agreed: sql`select id from gate where (select inserted from counted) >= 0`,
      ...actParts({ stations, type: 'packsImported', by, body: { import: id } }),
    },
    told: notified,
  };
}

function vehicleWriter({ id, by, organisation, stations }: AppliedImport): Writer {
  const list = (name: string) =>
    sql`array(select jsonb_array_elements_text(coalesce(data->${name}::text, '[]'))) as ${sql.identifier(name)}`;
  const kept = (column: string) => {
    const name = sql.identifier(column);
    return sql`case when excluded.${name} = '{}' then v.${name} else excluded.${name} end`;
  };
  const lists = ['models', 'firmwares', 'mechanical_interfaces', 'electrical_interfaces'];
  const row = sql`key, plate, fleet, models, firmwares, "mechanicalInterfaces", "electricalInterfaces", ${by}`;
  const changed = sql.join(
    [
      sql`coalesce(excluded.plate, v.plate) is distinct from v.plate`,
      sql`coalesce(excluded.fleet, v.fleet) is distinct from v.fleet`,
      ...lists.map((column) => sql`${kept(column)} <> v.${sql.identifier(column)}`),
    ],
    sql` or `,
  );
  return {
    parts: {
      said: sql`
        select key, data->>'plate' as plate, data->>'fleet' as fleet, ${list('models')}, ${list('firmwares')},
          ${list('mechanicalInterfaces')}, ${list('electricalInterfaces')} from good`,
      due: sql`
        select s.*, v.vin is null as new from said s left join ${vehicles} v on v.vin = s.key
        where v.vin is null or (s.plate is not null and v.plate is distinct from s.plate) or (s.fleet is not null and v.fleet is distinct from s.fleet)
          or (s.models <> '{}' and v.models <> s.models) or (s.firmwares <> '{}' and v.firmwares <> s.firmwares)
          or (s."mechanicalInterfaces" <> '{}' and v.mechanical_interfaces <> s."mechanicalInterfaces")
          or (s."electricalInterfaces" <> '{}' and v.electrical_interfaces <> s."electricalInterfaces")`,
      marks: marksPart(stations),
      written: sql`
        insert into ${vehicles} as v (vin, plate, fleet, models, firmwares, mechanical_interfaces, electrical_interfaces, changed_by)
        select * from (
          (select ${row} from due where new order by key)
          union all
          (select ${row} from due where not new and (select count(*) from marks) >= 0 order by key)) ordered
        on conflict (vin) do update set plate = coalesce(excluded.plate, v.plate), fleet = coalesce(excluded.fleet, v.fleet),
          ${sql.join(
            lists.map((column) => sql`${sql.identifier(column)} = ${kept(column)}`),
            sql`, `,
          )}, edition = v.edition + 1, changed_by = excluded.changed_by
        where (${changed}) and (${organisation}::text is null or v.fleet is null or v.fleet = ${organisation}::text)
        returning vin, ${fresh}`,
    },
    after: {
      agreed: sql`select id from gate where (select updated from counted) > 0`,
      ...actParts({ stations, type: 'vehiclesImported', by, body: { import: id } }),
    },
    told: notified,
  };
}

function userWriter({ by }: AppliedImport): Writer {
  return {
    parts: {
      said: sql`
        select key, data->>'name' as name, data->>'role' as role, data->>'organisation' as organisation, data->>'language' as language,
          array(select jsonb_array_elements_text(coalesce(data->'stations', '[]'))) as stations from good`,
      // Whole rows: the rules of the table hold for what would be inserted, also where it is only changed.
      due: sql`
        select s.key, coalesce(s.name, u.name) as name, coalesce(s.role, u.role) as role, coalesce(s.organisation, u.organisation) as organisation,
          coalesce(s.language, u.language, 'zh') as language, case when s.stations = '{}' then coalesce(u.stations, '{}') else s.stations end as stations
        from said s left join ${users} u on u.email = s.key
        where u.id is null or s.name <> u.name or s.role <> u.role or (s.organisation is not null and s.organisation is distinct from u.organisation)
          or s.language <> u.language or (s.stations <> '{}' and s.stations <> u.stations)
        order by s.key`,
      written: sql`
        insert into ${users} as u (id, email, name, role, organisation, stations, language, created_by)
        select 'u' || left(replace(gen_random_uuid()::text, '-', ''), 12), key, name, role, organisation, stations, language, ${by} from due
        on conflict (email) do update set name = excluded.name, role = excluded.role, organisation = excluded.organisation,
          stations = excluded.stations, language = excluded.language, edition = u.edition + 1
        where (u.name, u.role, u.organisation, u.stations, u.language)
          is distinct from (excluded.name, excluded.role, excluded.organisation, excluded.stations, excluded.language)
        returning id, ${fresh}`,
    },
  };
}

const writers: Readonly<Record<CheckedImport['kind'], (done: AppliedImport) => Writer>> = {
  batteries: batteryWriter,
  vehicles: vehicleWriter,
  users: userWriter,
};

/** A dry run: what the statement would do, and nothing of it. */
export function rehearseStatement(done: AppliedImport): Statement<Applied> {
  const { id, kind } = done;
  const { parts } = writers[kind](done);
  const { said, due } = parts;
  const known = {
    batteries: sql`not due.new`,
    vehicles: sql`exists (select from ${vehicles} v where v.vin = due.key)`,
    users: sql`exists (select from ${users} u where u.email = due.key)`,
  }[kind];
  return statement<Applied>({
    parts: {
      gate: sql`
        select id from ${imports} where id = ${id} and state = 'applying'
          and rows = (select count(*) from ${importRows} where import_id = ${id}) for update`,
      good: sql`select r.line, r.key, r.data from ${importRows} r, gate where r.import_id = gate.id and not r.bad`,
      ...(said ? { said } : {}),
      due: due ?? sql`select from good`,
      counted: sql`
        select count(*) filter (where not known)::int as inserted, count(*) filter (where known)::int as updated
        from (select ${known} as known from due) k`,
      noted: sql`
        update ${imports} i set state = 'done', ended_at = now(), inserted = counted.inserted, updated = counted.updated,
          unchanged = (select count(*) from good) - counted.inserted - counted.updated
        from gate, counted where i.id = gate.id
        returning i.inserted, i.updated, i.unchanged`,
    },
    result: sql`select * from noted`,
  });
}
