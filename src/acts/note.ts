import { type SQL, sql } from 'drizzle-orm';
import { acts } from '../../schema/tables/acts.ts';
import type { ActKind, ActName } from '../../schema/wire/api/act.ts';
import type { Database } from '../db/client.ts';
import type { Statement } from '../db/statement.ts';

/** A line as it is written: what of it is known before the change. */
export interface ActLine {
  actor: string | null;
  role: string | null;
  party: string | null;
  what: ActName;
  detail: string | null;
  kind: ActKind;
  object: string | null;
  members: string[] | null;
  reason: string | null;
  request: string | null;
  address: string | null;
}

/** A line without what most have not. */
export const actLine = (of: Pick<ActLine, 'what' | 'kind'> & Partial<ActLine>): ActLine => ({
  actor: null,
  role: null,
  party: null,
  detail: null,
  object: null,
  members: null,
  reason: null,
  request: null,
  address: null,
  ...of,
});

/** The outcome of the change, as JSON. */
export const outcomeRow: SQL = sql`r.row`;

export interface Noted {
  line: ActLine;
  /** The id of the thing is in the outcome, here. */
  objectIn?: readonly string[] | undefined;
  /** Over `outcomeRow`: whether anything was done. Left out: it was, when there is a row. */
  done?: SQL | undefined;
}

/** The statement, with a part that writes the line: both or neither. */
export function withAct<R extends object>({ parts, result }: Statement<R>, noted: Noted): Statement<R> {
  return {
    parts: { ...parts, act_outcome: result, act_noted: linePart(noted) },
    result: sql`select * from act_outcome`,
  };
}

function linePart({ line, objectIn, done = sql`true` }: Noted): SQL {
  const object =
    objectIn === undefined ? sql`${line.object}::text` : sql`${outcomeRow} #>> ${sql.param([...objectIn])}::text[]`;
  return sql`
    insert into ${acts} (actor, role, party, what, detail, kind, object, members, reason, request, address)
    select ${line.actor}::text, ${line.role}::text, ${line.party}::text, ${line.what}, ${line.detail}::text, ${line.kind}, ${object},
      ${members(line)}, ${line.reason}::text, ${line.request}::text, ${line.address}::text
    from (select to_jsonb(o) as row from act_outcome o limit 1) r where ${done}`;
}

const members = (line: ActLine): SQL => sql`${line.members === null ? null : sql.param([...line.members])}::text[]`;

/**
 * A refusal, which has no change to be written with. At most one line a minute of the same actor, thing and place: whoever tries a thousand keys fills
 * no table.
 */
export async function noteRefusal(db: Database, line: ActLine): Promise<void> {
  await db.execute(sql`
    insert into ${acts} (actor, role, party, what, detail, kind, object, reason, outcome, request, address)
    select ${line.actor}::text, ${line.role}::text, ${line.party}::text, ${line.what}, ${line.detail}::text, ${line.kind}, ${line.object}::text,
      ${line.reason}::text, 'refused', ${line.request}::text, ${line.address}::text
    where not exists (
      select from ${acts} a where a.kind = ${line.kind} and a.at > now() - interval '1 minute' and a.outcome = 'refused' and a.what = ${line.what}
        and a.actor is not distinct from ${line.actor}::text and a.object is not distinct from ${line.object}::text
        and a.address is not distinct from ${line.address}::text)`);
}
