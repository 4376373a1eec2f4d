import type { Line } from './access-lines.ts';
import { callers } from './access-table/callers.ts';
import { leases } from './access-table/leases.ts';
import { money } from './access-table/money.ts';
import { operations } from './access-table/operations.ts';
import { packs } from './access-table/packs.ts';
import { secondLife } from './access-table/second-life.ts';
import { stations } from './access-table/stations.ts';
import { swaps } from './access-table/swaps.ts';

/**
 * Who may call which route and what of it they see: written down a second time on purpose. The test compares it with what the routes declare
 * (`access(…)`) and with what they do, for each role, with its own object and with somebody else's.
 *
 * A new route needs one line, in the part of its topic:
 *
 *     'GET /api/v1/things/{id}': one(managers, { path: (side) => `things/${side.thing}`, own: ['fleet'] }),
 *
 * `open` needs no caller · `plain(roles)` has no object of anybody's · `one(roles, …)` names one object · `many(roles, …)` is a list.
 * `own`: the roles among `roles` that see only their own: another's object is 404, and missing in a list. `none`: those that see nothing of
 * this object, neither side's.
 */
export const table: Record<string, Line> = {
  ...callers,
  ...stations,
  ...swaps,
  ...money,
  ...packs,
  ...secondLife,
  ...leases,
  ...operations,
};
