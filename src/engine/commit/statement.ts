import type { Section } from './sections.ts';
import type { Shape } from './shapes.ts';

/**
 * The one statement of a commit, and why it looks as it does.
 *
 * - **Constant text.** One text per shape (see `shapes.ts`), prepared once per connection. The batch travels as one JSON parameter per table: an insert that drizzle builds for 300 rows takes 5.6 ms and has another text for each batch size, this
 *   takes 0.1 ms. Parameters are `text` cast to jsonb here, so that no driver setting can encode them twice.
 * - **Locks first, in order.** Rows that two writers may want at once (marks, custody, batteries, vehicles) are locked in (table, key)
 *   order before anything is changed: without it three writers deadlocked 11 times in 180 statements. The chain of
 *   `(select count(*) from …) >= 0` is what forces the order, as CTEs have none by themselves. A batch of one station takes its mark (and custody)
 *   first anyway, and its packs and cars come in the order of their keys: it needs no further locks, which saves a fifth of its time.
 * - **The gate is an UPDATE … RETURNING.** A SELECT would let two racers pass. Custody versions are compared after their rows are locked, and
 *   all checks of a station count as one: one lost check and the station leaves nothing behind, while the others of the batch go on.
 * - **Every other write asks the gate**: `x.i = any(applied)`. `i` is the station's position in the batch; an integer array
 *   is the cheapest test there is, and it needs no join.
 * - **No row twice.** The fold in memory guarantees it; Postgres would drop the second change without a word.
 * - It must run with `engineSettings`: an estimate of 100 rows for each parameter would otherwise bring hash joins over whole tables.
 */
export interface StatementOptions {
  shape: Shape;
  /** More than one station: everything two writers may want is locked in order first. */
  ordered: boolean;
  wakeOwner: boolean;
}

/** Settings of a session that runs the statement. Nested loops over primary keys are right for every batch that occurs. */
export const engineSettings = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  enable_material: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
} as const;

const markColumns = 'i int4, station text, expected int8, event_n int8, seq int8';
const contactColumns =
  'journal_id text, boot int4, pending_journal_id text, anchor_utc_ms int8, anchor_at_ms int8, time_scale float8, reconciled bool, link_up bool, station_epoch int8';
const custodyColumns =
  'i int4, station text, pack text, expected int8, version int8, kind text, place text, place_station text, since float8';

const contactSet = contactColumns
  .split(', ')
  .map((column) => column.slice(0, column.indexOf(' ')))
  .map((column) => `${column} = m.${column}`)
  .join(', ');

const recordset = (parameter: number, columns: string): string =>
  `jsonb_to_recordset($${parameter}::text::jsonb) as x(${columns})`;

const passed = 'x.i = any((select a from applied)::int4[])';

const texts = new Map<string, string>();

/** Parameters: the marks, the token of the commit, custody if the shape has it, then one per section of the shape. */
export function statementFor(options: StatementOptions): string {
  const key = `${options.shape.name} ${options.ordered} ${options.wakeOwner}`;
  let text = texts.get(key);
  if (text === undefined) {
    text = buildStatement(options);
    texts.set(key, text);
  }
  return text;
}

function buildStatement({ shape, ordered, wakeOwner }: StatementOptions): string {
  const parameterOf = new Map(shape.sections.map((section, index) => [section, index + (shape.custody ? 4 : 3)]));
  const locks = lockParts(shape, ordered, parameterOf);
  const parts = [
    `marks as materialized (select * from ${recordset(1, shape.whole ? `${markColumns}, ${contactColumns}` : markColumns)})`,
    ...locks.parts,
    gatePart(shape, locks.last),
    'applied as materialized (select array_agg(i) as a from gate)',
    ...(shape.custody ? [custodyMove] : []),
    ...(shape.whole ? [custodyMeet] : []),
    ...[...parameterOf].map(
      ([section, parameter]) =>
        `write_${section.list.toLowerCase()} as (${section.write(recordset(parameter, `i int4, ${section.columns}`), passed)})`,
    ),
  ];
  if (wakeOwner) {
    parts.push(
      'wake as (insert into wakeups (station, version) select station, version from gate ' +
        'on conflict (station) do update set version = excluded.version)',
    );
  }
  return `with ${parts.join(',\n')}\nselect i from gate`;
}

/** Locks in the order marks, custody, batteries, vehicles; each waits for the one before. */
function lockParts(
  shape: Shape,
  ordered: boolean,
  parameterOf: Map<Section, number>,
): { parts: string[]; last: string | null } {
  const parts: string[] = [];
  let before: string | null = null;
  const lock = (name: string, from: string, key: string, row: string) => {
    const chain = before ? `where (select count(*) from ${before}) >= 0 ` : '';
    parts.push(`${name} as materialized (select ${key} from ${from} ${chain}order by ${key} for update of ${row})`);
    before = name;
  };
  if (ordered || shape.custody)
    lock('locked_marks', 'station_marks k join marks m on k.station = m.station', 'k.station', 'k');
  if (shape.custody) {
    parts.push(`moving as materialized (select * from ${recordset(3, custodyColumns)})`);
    const chain = before ? `where (select count(*) from ${before}) >= 0 ` : '';
    parts.push(
      `locked_custody as materialized (select u.pack, u.version from moving x join custody u on u.pack = x.pack ${chain}order by u.pack for update of u)`,
      'lost as materialized (select x.i from moving x left join locked_custody u on u.pack = x.pack where coalesce(u.version, 0) <> x.expected)',
    );
    before = 'locked_custody';
  }
  if (ordered) {
    for (const [section, parameter] of parameterOf) {
      if (section.list === 'batteries') {
        lock(
          'locked_batteries',
          `${recordset(parameter, 'code text')} join batteries b on b.code = x.code`,
          'b.code',
          'b',
        );
      } else if (section.list === 'vehicles') {
        lock('locked_vehicles', `${recordset(parameter, 'vin text')} join vehicles v on v.vin = x.vin`, 'v.vin', 'v');
      }
    }
  }
  return { parts, last: before };
}

function gatePart(shape: Shape, lastLock: string | null): string {
  const conditions = ['k.station = m.station', 'k.version = m.expected'];
  if (lastLock !== null) conditions.push(`(select count(*) from ${lastLock}) >= 0`);
  if (shape.custody) conditions.push('not exists (select from lost l where l.i = m.i)');
  return (
    'gate as (update station_marks k set version = k.version + 1, event_n = m.event_n, seq = m.seq, ' +
    `last_commit = $2::text::uuid, changed_at = now()${shape.whole ? `, ${contactSet}` : ''} ` +
    `from marks m where ${conditions.join(' and ')} returning m.i, k.station, k.version)`
  );
}

const custodyMove =
  'move as (update custody u set kind = x.kind, place = x.place, station = x.place_station, version = x.version, since = to_timestamp(x.since / 1000) ' +
  `from moving x where u.pack = x.pack and x.expected > 0 and ${passed})`;
/** Without ON CONFLICT: if another station met the pack first, the statement fails and is tried anew. */
const custodyMeet =
  'meet as (insert into custody (pack, kind, place, station, version, since) ' +
  `select x.pack, x.kind, x.place, x.place_station, x.version, to_timestamp(x.since / 1000) from moving x where x.expected = 0 and ${passed})`;
