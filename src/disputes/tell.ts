import { type SQL, sql } from 'drizzle-orm';
import { announce } from '../webhooks/outbox.ts';

/** The part of a statement that tells the lessee's endpoints of a dispute. `part` holds its row. */
export function toldOf(
  part: 'opened' | 'ended',
  type: 'pitlane.dispute.opened.v1' | 'pitlane.dispute.resolved.v1',
): SQL {
  const d = sql.identifier(part);
  return announce({
    type,
    from: sql`${d}`,
    once: sql`'dispute ' || ${d}.id || ' ' || ${d}.state`,
    source: sql`'/api/v1/disputes/' || ${d}.id`,
    subject: sql`${d}.id`,
    audience: sql`${d}.party`,
    data: sql`jsonb_build_object('id', ${d}.id, 'party', ${d}.party, 'swap', ${d}.swap, 'statement', ${d}.statement, 'line', ${d}.line,
      'state', ${d}.state, 'outcome', ${d}.outcome, 'creditFen', ${d}.credit_fen, 'note', ${d}.note)`,
  });
}
