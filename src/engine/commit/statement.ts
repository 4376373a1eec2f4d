import { type Column, columnsOf, rowsIn } from './columns.ts';
import type { Section } from './sections.ts';
import type { Shape } from './shapes.ts';

/**
 * The one statement of a commit, and why it looks as it does.
 *
 * - **Constant text.** One text per shape (see `shapes.ts`), prepared once per connection. The batch travels as one JSON parameter per table (see `columns.ts`):
 *   an insert that drizzle builds for 300 rows takes 5.6 ms and has another text for each batch size, this takes 0.1 ms. Parameters are `text` cast to jsonb here, so that no driver setting can encode them twice.
 * - **Locks first, in order.** Rows that two writers may want at once (marks, custody, batteries, vehicles) are locked in (table, key)
 *   order before anything is changed: without it three writers deadlocked 11 times in 180 statements. The chain of
 *   `(select count(*) from …) >= 0` is what forces the order, as CTEs have none by themselves. A batch of one station takes its mark (and custody)
 *   first anyway, and its packs and cars come in the order of their keys: it needs no further locks, which saves a fifth of its time.
 * - **The gate is an UPDATE … RETURNING.** A SELECT would let two racers pass. Custody versions are compared after their rows are locked, and
 *   all checks of a station count as one: one lost check and the station leaves nothing behind, while the others of the batch go on.
 * - **Every other write asks the gate**: `x.i = any(applied)`. `i` is the station's position in the batch; an integer array
 *   is the cheapest test there is, and it needs no join.
 * - **No row twice.** The fold in memory guarantees it; Postgres would drop the second change without a word.
 * - **Every table is reached by its key.** The keys travel once more as an array: with a join alone the planner, asked while a table was small,
 *   keeps walking its whole index when it is large. For the same reason it runs with `engineSettings`.
 */
export interface StatementOptions {
  shape: Shape;
  /** More than one station: everything two writers may want is locked in order first. */
  ordered: boolean;
}

/**
 * Settings of a session that runs the statement. Rows fetched by their keys meet their new values in a hash join: a nested loop, which is
 * what is left without it, compares every row with every other (a batch of 300 stations took 115 ms instead of 13).
 */
export const engineSettings = {
  enable_seqscan: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  enable_material: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
} as const;

const markList = 'i int4, station text, expected int8, event_n int8, seq int8';
const contactList =
  'journal_id text, boot int4, pending_journal_id text, anchor_utc_ms int8, anchor_at_ms int8, time_scale float8, reconciled bool, link_up bool, station_epoch int8';
const markColumns = columnsOf(markList);
const wholeMarkColumns = columnsOf(`${markList}, ${contactList}`);
export const markColumnsOf = ({ whole }: Shape): readonly Column[] => (whole ? wholeMarkColumns : markColumns);
export const custodyColumns = columnsOf(
  'i int4, station text, pack text, expected int8, version int8, kind text, place text, place_station text, since float8',
);

const contactSet = columnsOf(contactList)
  .map(({ name }) => `${name} = m.${name}`)
  .join(', ');

const array = (parameter: number): string => `$${parameter}::text::text[]`;

const passed = 'x.i = any((select a from applied)::int4[])';
const stations = array(3);

const texts = new Map<string, string>();

/**
 * Parameters: the marks, the token of the commit, the stations; custody rows and their packs if the shape has them; then the rows of each
 * section of the shape, followed by their keys where the section has a key.
 */
export function statementFor(options: StatementOptions): string {
  const key = `${options.shape.name} ${options.ordered}`;
  let text = texts.get(key);
  if (text === undefined) {
    text = buildStatement(options);
    texts.set(key, text);
  }
  return text;
}

/** A section with the numbers of its parameters. */
interface Placed {
  section: Section;
  rows: number;
  keys: number;
}

function placed(shape: Shape): Placed[] {
  let next = shape.custody ? 6 : 4;
  return shape.sections.map((section) => {
    const place = { section, rows: next, keys: next + 1 };
    next += section.key ? 2 : 1;
    return place;
  });
}

function buildStatement({ shape, ordered }: StatementOptions): string {
  const places = placed(shape);
  const locks = lockParts(shape, ordered, places);
  const parts = [
    `marks as materialized (select * from ${rowsIn(1, markColumnsOf(shape))})`,
    ...locks.parts,
    gatePart(shape, locks.last),
    'applied as materialized (select array_agg(i) as a from gate)',
    ...(shape.custody ? [custodyMove] : []),
    ...(shape.whole ? [custodyMeet] : []),
    ...places.map(writePart),
  ];
  if (shape.wakes) {
    parts.push(
      'wake as (insert into wakeups (station, version) select station, version from gate ' +
        'on conflict (station) do update set version = excluded.version)',
    );
  }
  return `with ${parts.join(',\n')}\nselect i from gate`;
}

function writePart({ section, rows, keys }: Placed): string {
  const x = rowsIn(rows, section.columns);
  return `write_${section.list.toLowerCase()} as (${section.write({ x, passed, keys: array(keys), stations })})`;
}

/** Locks in the order marks, custody, batteries, vehicles; each waits for the one before. */
function lockParts(
  shape: Shape,
  ordered: boolean,
  places: readonly Placed[],
): { parts: string[]; last: string | null } {
  const parts: string[] = [];
  let last: string | null = null;
  const lock = (table: string, key: string, keys: string) => {
    const chain = last ? `and (select count(*) from ${last}) >= 0 ` : '';
    last = `locked_${table}`;
    const columns = table === 'custody' ? `${key}, version` : key;
    parts.push(
      `${last} as materialized (select ${columns} from ${table} where ${key} = any(${keys}) ${chain}order by ${key} for update)`,
    );
  };
  if (ordered || shape.custody) lock('station_marks', 'station', stations);
  if (shape.custody) {
    lock('custody', 'pack', array(5));
    parts.push(
      `moving as materialized (select * from ${rowsIn(4, custodyColumns)})`,
      'lost as materialized (select x.i from moving x left join locked_custody u on u.pack = x.pack where coalesce(u.version, 0) <> x.expected)',
    );
  }
  for (const { section, keys } of ordered ? places : []) {
    if (section.list === 'batteries') lock('batteries', 'code', array(keys));
    if (section.list === 'vehicles') lock('vehicles', 'vin', array(keys));
  }
  return { parts, last };
}

function gatePart(shape: Shape, lastLock: string | null): string {
  const conditions = [`k.station = any(${stations})`, 'k.station = m.station', 'k.version = m.expected'];
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
  `from moving x where u.pack = any(${array(5)}) and u.pack = x.pack and x.expected > 0 and ${passed})`;
/** Without ON CONFLICT: if another station met the pack first, the statement fails and is tried anew. */
const custodyMeet =
  'meet as (insert into custody (pack, kind, place, station, version, since) ' +
  `select x.pack, x.kind, x.place, x.place_station, x.version, to_timestamp(x.since / 1000) from moving x where x.expected = 0 and ${passed})`;
