import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const actOutcomes = ['done', 'refused'] as const;

/**
 * Who did what: one line for each change that a person or a program made, written by the statement that made it, and for each sign-in or use of a
 * key that was refused. Never changed, never deleted; without secrets. Where a station's own log has the matter too, that has the details.
 */
export const acts = pgTable(
  'acts',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant().notNull().defaultNow(),
    /** Id of the key, `user:` and that of the user, or the name of a program; null: it is not known who. */
    actor: text(),
    role: text(),
    /** Organisation of the actor; null: the operator's. */
    party: text(),
    /** What was done: of a closed set, see schema/wire/api/act.ts. */
    what: text().notNull(),
    /** Which of several things the operation can do, such as the action at a bay. */
    detail: text(),
    kind: text().notNull(),
    /** Id of the thing; null: it has none. */
    object: text(),
    /** The members that a change named; what they were set to stands with the thing. */
    members: text().array(),
    reason: text(),
    outcome: text({ enum: actOutcomes }).notNull().default('done'),
    /** Id of the request, under which it is in the log of the process. */
    request: text(),
    /** Of who signs in. */
    address: text(),
  },
  (t) => [
    index('acts_by_time').on(t.at, t.id),
    index('acts_by_actor').on(t.actor, t.at, t.id),
    index('acts_by_actor_and_kind').on(t.actor, t.kind, t.at, t.id),
    index('acts_by_kind').on(t.kind, t.at, t.id),
    index('acts_by_object').on(t.object, t.at, t.id),
    index('acts_by_party').on(t.party, t.at, t.id),
    index('acts_by_party_and_kind').on(t.party, t.kind, t.at, t.id),
  ],
);
