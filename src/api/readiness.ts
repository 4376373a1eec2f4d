import type { Check, ReadinessProbe } from '../api/health.ts';
import { requireSchema } from '../db/migrate.ts';
import type { Pool } from '../db/pool.ts';

export interface ReadinessOptions {
  pool: Pool;
  /** Null in a process that runs no stations. */
  engine: (() => { connected: boolean; partitions: number }) | null;
  stopping: () => boolean;
}

/** What must hold for this process to do its work. Each check is quick, and none of them throws. */
export function createReadinessProbe({ pool, engine, stopping }: ReadinessOptions): ReadinessProbe {
  const attempt = async (good: string, bad: string, check: () => Promise<unknown>): Promise<Check> => {
    try {
      return (await check()) === false ? { ok: false, detail: bad } : { ok: true, detail: good };
    } catch {
      return { ok: false, detail: bad };
    }
  };
  return async () => {
    const [database, schema] = await Promise.all([
      attempt('answers', 'does not answer', () => pool.run((sql) => sql`select 1`, 2_000)),
      attempt('is the one of this program', 'is not the one of this program, or cannot be read', () =>
        requireSchema(pool.sql),
      ),
    ]);
    const checks: Record<string, Check> = { database, schema };
    if (engine) {
      const { connected, partitions } = engine();
      checks.broker = { ok: connected, detail: connected ? 'connected' : 'not connected' };
      checks.leases = await attempt(
        partitions > 0 ? `holds ${partitions} partitions` : 'others hold all partitions',
        'nobody holds some partitions',
        async () => partitions > 0 || (await isCovered(pool)),
      );
    }
    if (stopping()) checks.process = { ok: false, detail: 'is stopping' };
    return checks;
  };
}

/** With more workers than work, one may hold no partition and still be of use: it is the next owner. */
async function isCovered(pool: Pool): Promise<boolean> {
  const [row] = await pool.run(
    (sql) => sql<{ free: boolean }[]>`
      select exists (select from partition_leases where owner is null or expires_at < clock_timestamp()) as free`,
    2_000,
  );
  return row?.free === false;
}
