import { sql } from 'drizzle-orm';
import { connect, database } from '../../src/db/client.ts';
import { followUp } from '../../src/follow-ups/consumer.ts';
import { startWorker } from '../../src/follow-ups/worker.ts';
import { createLog } from '../../src/platform/log.ts';

/**
 * Follows up facts of the consumer `trace` into the table `effects` of a test, and kills itself at the given point of the given batch:
 * `follow-facts <database> <point> <batch>`.
 */
const [url = '', point = '', batch = '1'] = process.argv.slice(2);
const open = await connect({ databaseUrl: url, max: 2, name: 'follow-facts' });
let passed = 0;
startWorker(
  {
    db: database(open()),
    log: createLog({ level: 'fatal', to: 2 }),
    pollMs: 20,
    claimMs: 500,
    onPoint(at) {
      if (at !== point) return;
      passed += 1;
      if (passed === Number(batch)) process.kill(process.pid, 'SIGKILL');
    },
  },
  followUp('trace', {
    batch: 40,
    handle: async (_db, subjects) => {
      // Its statement is on the way when the process dies.
      if (point === 'sent' && ++passed === Number(batch)) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
      return {
        done: subjects,
        parts: (gone) => ({ wrote: sql`insert into effects (subject) select subject from ${gone}` }),
      };
    },
  }),
);
console.log('following');
