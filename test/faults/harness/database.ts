import postgres, { type Sql } from 'postgres';
import { migrate } from '../../../src/db/migrate.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/platform/embedded-postgres.ts';
import { freePort } from './ports.ts';
import type { Reaper } from './reaper.ts';

/** A PostgreSQL cluster that a test may stop hard and start again; its port and URL stay. */
export interface DatabaseProcess {
  url: string;
  /** For the judge and the driver. Reconnects by itself after a stop. */
  sql: Sql;
  stopHard(): Promise<void>;
  restart(): Promise<void>;
  /** Ends every session of the services. Returns how many there were. */
  terminateBackends(): Promise<number>;
  end(): Promise<void>;
}

/** Our own sessions are told apart by this name and are left alone by `terminateBackends`. */
const ownName = 'fault-test';

export async function startDatabase(folder: string, reaper: Reaper): Promise<DatabaseProcess> {
  const port = await freePort();
  const launch = async (): Promise<EmbeddedPostgres> => {
    const started = await startEmbeddedPostgres({
      dataDir: folder,
      port,
      syncNewCluster: false,
      settings: { max_connections: '100', checkpoint_timeout: '1h' },
    });
    reaper.watch(started.pid);
    return started;
  };
  let server = await launch();
  await migrate({ databaseUrl: server.url });
  const sql = postgres(server.url, {
    max: 3,
    onnotice: () => {},
    connection: { application_name: ownName },
    connect_timeout: 5,
  });
  return {
    url: server.url,
    sql,
    async stopHard() {
      await server.stopHard();
      reaper.forget(server.pid);
    },
    async restart() {
      server = await launch();
    },
    async terminateBackends() {
      const rows = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name <> ${ownName}`;
      return rows.length;
    },
    async end() {
      await sql.end({ timeout: 1 }).catch(() => {});
      await server.stop();
      reaper.forget(server.pid);
    },
  };
}
