import { sql } from 'drizzle-orm';
import { followUp } from '../follow-ups/consumer.ts';
import { isMove, lifeOfFacts } from './life-of-facts.ts';
import { lifeOfMoves } from './life-of-moves.ts';
import { lifeParts, readCalendar } from './write.ts';

/** Writes the events of packs' lives, and starts the clocks of their reports. */
export const traceConsumer = followUp('trace', {
  batch: 500,
  handle: async (db, subjects) => {
    const [moves, facts, calendar] = await Promise.all([
      lifeOfMoves(db, subjects.filter(isMove)),
      lifeOfFacts(
        db,
        subjects.filter((subject) => !isMove(subject)),
      ),
      readCalendar(db),
    ]);
    const events = [...moves, ...facts].flatMap(([subject, all]) => all.map((event) => ({ subject, event })));
    return {
      done: subjects,
      parts: (gone) => lifeParts(events, calendar, sql`x.subject in (select subject from ${gone})`),
    };
  },
});
