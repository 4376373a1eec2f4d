import { parseArgs } from 'node:util';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { stations } from '../../schema/tables/stations.ts';
import { type Role, role as roles } from '../../schema/wire/api/access.ts';
import { isSafeText, stationId } from '../../schema/wire/ids.ts';
import { actLine, withAct } from '../acts/note.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';
import { OperatorError } from '../platform/errors.ts';
import { issueKey, type KeyBinding } from './key-store.ts';

export const usage = `Keys of the API: make, list, revoke.

  npm run key -- add <role> --label <text>   role: ${roles.options.join(', ')}; the key is shown once
  npm run key -- add <role> --label <text> [--stations <id,id>] [--organisation <id>]
                                             bound: it sees these stations, or what is this fleet's or owner's (roles fleet and owner
                                             need it), and nothing else
  npm run key -- list [--all]                with --all also those revoked
  npm run key -- revoke <id>                 works no more within seconds

It works on the database of DATABASE_URL, else on the embedded one in DATA_DIR, whether or not npm start runs it.`;

export type KeyOrder =
  | { command: 'help' }
  | { command: 'add'; role: Role; label: string; bound: KeyBinding }
  | { command: 'list'; all: boolean }
  | { command: 'revoke'; id: string };

/** @throws OperatorError with a sentence. */
export function readKeyOrder(argv: readonly string[]): KeyOrder {
  const { values, positionals } = parse(argv);
  const [command, subject, more] = positionals;
  if (values.help || command === undefined || command === 'help') return { command: 'help' };
  if (more !== undefined) throw mistake(`"${more}" is one argument too many.`);
  if (command === 'list') return { command, all: values.all ?? false };
  if (command === 'revoke') {
    if (subject === undefined) throw mistake('revoke needs the id of the key.');
    return { command, id: subject.replace(/^pl_/, '') };
  }
  if (command !== 'add') throw mistake(`There is no command "${command}".`);
  const role = roles.safeParse(subject);
  if (!role.success) throw mistake(`add needs a role: ${roles.options.join(', ')}.`);
  const label = values.label?.trim() ?? '';
  if (label === '' || label.length > 100 || !isSafeText(label)) {
    throw mistake('--label must say in 1 to 100 characters whose key it is.');
  }
  return { command, role: role.data, label, bound: bindingOf(role.data, values) };
}

/** An admin of some stations only could register others: there is no such key. */
function bindingOf(
  role: Role,
  given: { stations?: string | undefined; organisation?: string | undefined },
): KeyBinding {
  const ids = given.stations?.split(',').map((id) => id.trim()) ?? [];
  const wrong = ids.find((id) => !stationId.safeParse(id).success);
  if (wrong !== undefined) throw mistake(`"${wrong}" is no station id.`);
  if (ids.length > 0 && role === 'admin') throw mistake('an admin is bound to no stations.');
  const organisation = given.organisation?.trim() ?? null;
  const needed = role === 'fleet' || role === 'owner';
  if (organisation === null && needed) throw mistake(`a key of the role ${role} needs --organisation.`);
  if (organisation !== null && !needed) throw mistake('--organisation is for the roles fleet and owner.');
  return { stations: ids, organisation };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        label: { type: 'string' },
        stations: { type: 'string' },
        organisation: { type: 'string' },
        all: { type: 'boolean' },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw mistake((error as Error).message);
  }
}

const mistake = (sentence: string): OperatorError => new OperatorError(`${sentence}\nTry "npm run key -- --help".`);

/** Does what the command line asks for and gives the text to print. */
export async function runKeyOrder(db: Database, order: Exclude<KeyOrder, { command: 'help' }>): Promise<string> {
  switch (order.command) {
    case 'add': {
      const { role, label, bound } = order;
      await requireStations(db, bound.stations ?? []);
      await requireOrganisation(db, role, bound.organisation ?? null);
      const key = await issueKey(db, role, label, { ...bound, by: 'operator' });
      return `A ${role} key for ${label}, shown this once:\n\n  ${key}`;
    }
    case 'list':
      return list(db, order.all);
    case 'revoke': {
      const revoked = db
        .update(apiKeys)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(apiKeys.id, order.id), isNull(apiKeys.revokedAt)))
        .returning({ label: apiKeys.label, role: apiKeys.role });
      const change = statement<{ label: string; role: Role }>({
        parts: { revoked },
        result: sql`select * from revoked`,
      });
      const line = actLine({ actor: 'operator', what: 'keyRevoked', kind: 'key', object: order.id });
      const row = await runStatement(db, withAct(change, { line }));
      if (row === null) throw new OperatorError(`There is no key ${order.id} that works. See "npm run key -- list".`);
      return `The ${row.role} key of ${row.label} is revoked.`;
    }
  }
}

/** A mistyped id would make a key that sees nothing. */
async function requireStations(db: Database, ids: readonly string[]): Promise<void> {
  const rows = await db
    .select({ id: stations.id })
    .from(stations)
    .where(inArray(stations.id, [...ids]));
  const missing = ids.find((id) => rows.every((row) => row.id !== id));
  if (missing !== undefined) throw new OperatorError(`There is no station ${missing}. See "npm run station -- list".`);
}

async function requireOrganisation(db: Database, role: Role, id: string | null): Promise<void> {
  if (id === null) return;
  const [row] = await db.select({ kind: organisations.kind }).from(organisations).where(eq(organisations.id, id));
  if (row?.kind !== role) throw new OperatorError(`There is no ${role} organisation ${id}.`);
}

async function list(db: Database, all: boolean): Promise<string> {
  const rows = await db
    .select()
    .from(apiKeys)
    .where(all ? undefined : isNull(apiKeys.revokedAt))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
  if (rows.length === 0) return 'There is no key: make one with "npm run key -- add".';
  return rows
    .map(({ id, role, label, createdAt, revokedAt, stations: bound, organisation }) => {
      const since = createdAt.toISOString().slice(0, 10);
      const what = [label, ...bound, ...(organisation === null ? [] : [`of ${organisation}`])].join('  ');
      return `${id}  ${role.padEnd(11)}  ${since}  ${what}${revokedAt ? '  (revoked)' : ''}`;
    })
    .join('\n');
}
