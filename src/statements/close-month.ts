import type { Database } from '../db/client.ts';
import { type CloseAct, type Closed, closeFleetMonth, lesseesOf } from './close.ts';
import { closeOwnerMonth, ownersOf } from './owner.ts';
import { trueUpMonth } from './true-up.ts';

export interface ClosedMonth {
  month: string;
  fleets: Closed[];
  /** Empty while a fleet waits: an owner's statement is made of all of them. */
  owners: Closed[];
  /** Nothing waits. */
  isComplete: boolean;
}

/**
 * Closes a month for everybody, one party after the other. Each party's is a commit of its own, so it may be begun again at any moment, by any
 * process: what is closed stays as it is.
 */
export async function closeMonth(db: Database, month: string, act: CloseAct): Promise<ClosedMonth> {
  const fleets: Closed[] = [];
  let awaitsCosts = false;
  for (const party of await lesseesOf(db, month)) {
    const closed = await closeFleetMonth(db, party, month, act);
    fleets.push(closed);
    if (closed.statement !== null && (await trueUpMonth(db, party, month, act)) === 'waiting') awaitsCosts = true;
  }
  if (fleets.some(({ outcome }) => outcome === 'waiting')) return { month, fleets, owners: [], isComplete: false };
  const owners: Closed[] = [];
  for (const owner of await ownersOf(db, month)) owners.push(await closeOwnerMonth(db, owner, month, act));
  return { month, fleets, owners, isComplete: !awaitsCosts };
}
