import { sql } from 'drizzle-orm';
import { runOperatorProgram } from '../db/operator-program.ts';
import { auditUsage, readAuditOrder, sayReport } from './audit/command.ts';
import { audit } from './audit/run.ts';

/** `npm run audit -- --from <day> --to <day>` */
await runOperatorProgram({
  read: (argv) => readAuditOrder(argv),
  usage: auditUsage,
  async run(db, { from, to }) {
    // All of a ledger added up takes its time, and nobody waits for this session.
    await db.execute(sql`set statement_timeout = 0`);
    const report = await audit(db, { from, to });
    if (report.differences.length > 0) process.exitCode = 1;
    return sayReport(report, { from, to });
  },
});
