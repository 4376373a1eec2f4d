import { parseArgs } from 'node:util';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { type Role, role as roles } from '../../schema/wire/api/access.ts';
import { isSafeText } from '../../schema/wire/ids.ts';
import type { Database } from '../db/client.ts';
import { OperatorError } from '../platform/errors.ts';
import { issueKey } from './key-store.ts';

export const usage = `Keys of the API: make, list, revoke.

  npm run key -- add <role> --label <text>   role: ${roles.options.join(', ')}; the key is shown once
  npm run key -- list [--all]                with --all also those revoked
  npm run key -- revoke <id>                 works no more within seconds

It works on the database of DATABASE_URL, else on the embedded one in DATA_DIR, whether or not npm start runs it.`;

export type KeyOrder =
  | { command: 'help' }
  | { command: 'add'; role: Role; label: string }
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
  return { command, role: role.data, label };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { label: { type: 'string' }, all: { type: 'boolean' }, help: { type: 'boolean' } },
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
      const key = await issueKey(db, order.role, order.label);
      return `A ${order.role} key for ${order.label}, shown this once:\n\n  ${key}`;
    }
    case 'list':
      return list(db, order.all);
    case 'revoke': {
      const revoked = await db
        .update(apiKeys)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(apiKeys.id, order.id), isNull(apiKeys.revokedAt)))
        .returning({ label: apiKeys.label, role: apiKeys.role });
      if (!revoked[0]) throw new OperatorError(`There is no key ${order.id} that works. See "npm run key -- list".`);
      return `The ${revoked[0].role} key of ${revoked[0].label} is revoked.`;
    }
  }
}

async function list(db: Database, all: boolean): Promise<string> {
  const rows = await db
    .select()
    .from(apiKeys)
    .where(all ? undefined : isNull(apiKeys.revokedAt))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
  if (rows.length === 0) return 'There is no key: make one with "npm run key -- add".';
  return rows
    .map(({ id, role, label, createdAt, revokedAt }) => {
      const since = createdAt.toISOString().slice(0, 10);
      return `${id}  ${role.padEnd(9)}  ${since}  ${label}${revokedAt ? '  (revoked)' : ''}`;
    })
    .join('\n');
}
