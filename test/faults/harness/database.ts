import postgres, { type Sql } from 'postgres';
import { migrate } from '../../../src/db/migrate.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/platform/embedded-postgres.ts';
import { freePort } from './ports.ts';
import type { Reaper } from './reaper.ts';

/** A database in a PostgreSQL cluster of its own, which a test may stop hard and start again; port and URL stay. */
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

/** A running cluster with one migrated database, of which more can be copied. */
export interface Cluster {
  /** The next database. It ends without the cluster. */
  next(): Promise<DatabaseProcess>;
  end(): Promise<void>;
}

/** Our own sessions are told apart by this name and are left alone by `terminateBackends`. */
const ownName = 'fault-test';
const template = 'template_pitlane';

export async function startCluster(folder: string, reaper: Reaper): Promise<Cluster> {
  const port = await freePort();
  const launch = async (): Promise<EmbeddedPostgres> => {
    const started = await startEmbeddedPostgres({
      dataDir: folder,
      port,
      database: template,
      syncNewCluster: false,
      settings: { max_connections: '100', checkpoint_timeout: '1h' },
    });
    reaper.watch(started.pid);
    return started;
  };
  let server = await launch();
  await migrate({ databaseUrl: server.url });
  let count = 0;
  return {
    async next() {
      count += 1;
      const url = await copyTemplate(server.url, `world_${count}`);
      return {
        ...connectTo(url),
        async stopHard() {
          await server.stopHard();
          reaper.forget(server.pid);
        },
        async restart() {
          server = await launch();
        },
      };
    },
    async end() {
      await server.stop();
      reaper.forget(server.pid);
    },
  };
}

async function copyTemplate(templateUrl: string, name: string): Promise<string> {
  const admin = postgres(templateUrl.replace(/[^/]*$/, 'postgres'), { max: 1, onnotice: () => {} });
  try {
    await admin`create database ${admin(name)} template ${admin(template)}`;
  } finally {
    await admin.end({ timeout: 1 });
  }
  return templateUrl.replace(/[^/]*$/, name);
}

function connectTo(url: string): Pick<DatabaseProcess, 'url' | 'sql' | 'terminateBackends' | 'end'> {
  const connection = { application_name: ownName };
  const sql = postgres(url, { max: 3, onnotice: () => {}, connection, connect_timeout: 5 });
  return {
    url,
    sql,
    async terminateBackends() {
      const rows = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name <> ${ownName}`;
      return rows.length;
    },
    end: () => sql.end({ timeout: 1 }).catch(() => {}),
  };
}
