import type { SQL, SQLWrapper } from 'drizzle-orm';
import type { FollowUpConsumer } from '../../schema/tables/follow-ups.ts';
import type { Database } from '../db/client.ts';

/** Why a fact could not be followed up. It is tried again, ever more seldom, until it can. */
export interface Stuck {
  subject: string;
  /** A word for alarms and metrics, such as `tariffGap`. */
  code: string;
  /** For people. */
  detail: string;
}

export interface Handled {
  /** Facts that the parts take care of; their rows go. */
  done: readonly string[];
  /**
   * What is written, as parts of the statement that takes the rows away. `gone` has one column, `subject`: those that this statement took away.
   * Every part must join it, else another process may write the same again.
   */
  parts?: (gone: SQL) => Readonly<Record<string, SQLWrapper>>;
  stuck?: readonly Stuck[];
  /** Nothing is wrong with these; it is too early. */
  later?: readonly { subject: string; afterMs: number }[];
}

/** Sees to the facts of one kind. */
export interface Consumer {
  consumer: FollowUpConsumer;
  /** Facts at a time, at most 500. */
  batch: number;
  /**
   * Reads what it needs and decides; writes nothing itself. It may run twice for the same facts, in two processes at once. An error concerns the
   * whole batch: its facts are then handled one by one, and those that fail alone are stuck.
   */
  handle: (db: Database, subjects: readonly string[]) => Promise<Handled>;
}

export const followUp = (
  consumer: FollowUpConsumer,
  { batch = 500, handle }: { batch?: number; handle: Consumer['handle'] },
): Consumer => ({ consumer, batch, handle });
