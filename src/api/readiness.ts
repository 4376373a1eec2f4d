import type { Check, ReadinessProbe } from '../api/health.ts';
import { requireSchema } from '../db/migrate.ts';
import type { Pool } from '../db/pool.ts';

export interface ReadinessOptions {
  pool: Pool;
  /** Left out in a process that runs no stations. */
  engine?: { brokerConnected: () => boolean; partitions: () => number; sharedWithOthers: () => Promise<boolean> };
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
      const connected = engine.brokerConnected();
      checks.broker = { ok: connected, detail: connected ? 'connected' : 'not connected' };
      const held = engine.partitions();
      // With more workers than partitions' worth of work, one may hold none and still be of use: it is the next owner.
      const covered = held > 0 || (await engine.sharedWithOthers().catch(() => false));
      checks.leases = {
        ok: covered,
        detail: held > 0 ? `holds ${held} partitions` : covered ? 'others hold all partitions' : 'no partition is held',
      };
    }
    if (stopping()) checks.process = { ok: false, detail: 'is stopping' };
    return checks;
  };
}
