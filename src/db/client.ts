import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { arrayTypes } from './array-types.ts';

export type { Sql } from 'postgres';
export type Database = PostgresJsDatabase & { readonly $client: Sql };

export interface ClientOptions {
  databaseUrl: string;
  /** Connections of this pool. */
  max: number;
  /** Shown in pg_stat_activity. */
  name: string;
  /** Ends a statement on the server; the deadline around the call is a little longer. */
  statementTimeoutMs?: number;
  /** Further settings of each session. */
  settings?: Readonly<Record<string, string>>;
}

/** Role that may not change the log; see the first migrations. */
const runtimeRole = 'pitlane_runtime';

/**
 * Gives a maker of pools whose connections work in the runtime role, where the user may take it. The role is a start-up parameter, so it also
 * holds after a silent reconnect.
 */
export async function connect(options: ClientOptions): Promise<() => Sql> {
  const { databaseUrl, max, name, statementTimeoutMs = 4_000, settings = {} } = options;
  const role = (await mayTakeRole(databaseUrl, name)) ? { role: runtimeRole } : {};
  return () =>
    postgres(databaseUrl, {
      max,
      connect_timeout: 10,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      types: arrayTypes,
      onnotice: () => {},
      connection: {
        application_name: name,
        statement_timeout: statementTimeoutMs,
        lock_timeout: statementTimeoutMs,
        idle_in_transaction_session_timeout: 10_000,
        TimeZone: 'UTC',
        // Planned for its values each time: a plan for any fleet is none for the largest or the smallest. The engine, whose statement is
        // always of one kind, says otherwise.
        plan_cache_mode: 'force_custom_plan',
        ...role,
        ...settings,
      },
    });
}

/** Drizzle over a pool of its own: drizzle changes the parsers of the client it is given, and the engine's client must not share that. */
export const database = (sql: Sql): Database => drizzle(preparing(sql), { casing: 'snake_case' });

/** Each connection keeps what it has prepared for ever, so there is an end to it. */
const mostPrepared = 500;

/**
 * Drizzle prepares nothing by itself, and the driver needs two round trips for what is not prepared. What comes a second time is, as long as there
 * is room.
 */
function preparing(sql: Sql): Sql {
  const once = new Set<string>();
  const prepared = new Set<string>();
  const isPrepared = (text: string): boolean => {
    if (prepared.has(text)) return true;
    if (prepared.size >= mostPrepared) return false;
    if (once.delete(text)) {
      prepared.add(text);
      return true;
    }
    if (once.size >= mostPrepared) once.clear();
    once.add(text);
    return false;
  };
  const unsafe: Sql['unsafe'] = (text, parameters, options) =>
    sql.unsafe(text, parameters, { ...options, prepare: isPrepared(text) });
  return new Proxy(sql, {
    get: (client, name) => (name === 'unsafe' ? unsafe : Reflect.get(client, name)),
  });
}

async function mayTakeRole(databaseUrl: string, name: string): Promise<boolean> {
  const probe = postgres(databaseUrl, {
    max: 1,
    connect_timeout: 10,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: name },
  });
  try {
    const rows = await probe<{ may: boolean }[]>`
      select pg_has_role(current_user, oid, 'member') as may from pg_roles where rolname = ${runtimeRole}`;
    return rows[0]?.may ?? false;
  } finally {
    await probe.end({ timeout: 5 });
  }
}
