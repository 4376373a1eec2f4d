import type { Database, Sql } from '../db/client.ts';
import { database } from '../db/client.ts';

export interface ReadDatabase {
  db: Database;
  /** Gives up every connection and opens new ones: the driver itself neither times out a query nor drops a stuck socket. */
  replace(): void;
  end(): Promise<void>;
}

/** The pool of the API. `db` stays the same object while the client below it may be replaced. */
export function createReadDatabase(open: () => Sql): ReadDatabase {
  let sql = open();
  let current = database(sql);
  const db = new Proxy(current, {
    get(_, name) {
      const value: unknown = Reflect.get(current, name);
      return typeof value === 'function' && name !== '$client' ? value.bind(current) : value;
    },
  });
  return {
    db,
    replace() {
      const stuck = sql;
      sql = open();
      current = database(sql);
      stuck.end({ timeout: 0 }).catch(() => {});
    },
    end: () => sql.end({ timeout: 2 }),
  };
}
