import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { addDays, addMonths, firstDay } from '../../machines/settlement/calendar.ts';
import { leftFen } from '../../machines/settlement/note.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { runStatement } from '../../src/db/statement.ts';
import { readBill } from '../../src/disputes/bill.ts';
import { planNote } from '../../src/disputes/note-desk.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { receiptConsumer } from '../../src/settlement/receipts.ts';
import { closeMonth } from '../../src/statements/close-month.ts';
import { createReadWorld } from '../api/fixture.ts';
import { makeSwaps, parties, publishTariff, seedTrade } from '../settlement/settled-swaps.ts';
import { afterMonth, at, seedLease, stepLeaseAt } from './world.ts';

// Months of a fleet as they come: leases that begin, change their plan, move, rest and end, swaps at any hour, notes on what was billed. Whatever they are, every
// statement of fleet and owner is the one that the log alone gives; and of a fen that is otherwise the audit knows.

const months = ['2026-08', '2026-09', '2026-10'];
const days = { from: '2026-08-01', to: '2026-11-02' };
/** Cars of odd number have no lease of the seed. The last begins without one. */
const cars = [1, 3, 5];
const vinOf = (car: number) => `LNBSCB3F6JE1${String(car).padStart(5, '0')}`;
const leaseOf = (car: number) => `l-${String(car).padStart(16, '9')}`;

const fen = (most: number) => fc.integer({ min: 0, max: most });
const micro = fc.integer({ min: 0, max: 3_000_000 });
const terms = fc.record({
  monthlyFeeFen: fen(600_000),
  perSwapMicro: micro,
  perKmMicro: micro,
  perKwhMicro: micro,
  included: fc.record({ swap: fen(3), km: fen(200), kWh: fen(40) }),
  depositFen: fen(300_000),
  sohFloorPct: fc.constant(85),
  sohCreditFen: fen(900),
  energyTrueUp: fc.boolean(),
});
const when = { month: fc.nat({ max: 2 }), day: fc.integer({ min: 0, max: 27 }), hour: fc.nat({ max: 23 }) };
const scenario = fc.record({
  terms: fc.tuple(terms, terms),
  leases: fc.tuple(...cars.map(() => fc.record({ day: fc.integer({ min: 0, max: 19 }), isLeased: fc.boolean() }))),
  acts: fc.array(
    fc.record({
      ...when,
      car: fc.constantFrom(...cars),
      kind: fc.constantFrom('plan', 'suspend', 'resume', 'transfer', 'end'),
    }),
    { maxLength: 6 },
  ),
  swaps: fc.array(fc.record({ ...when, car: fc.constantFrom(...cars, 7) }), { minLength: 6, maxLength: 24 }),
  notes: fc.array(
    fc.record({
      direction: fc.constantFrom('credit' as const, 'debit' as const),
      at: fc.nat(),
      share: fc.nat({ max: 100 }),
    }),
    {
      maxLength: 4,
    },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;
type World = Awaited<ReturnType<typeof createReadWorld>>;

const instantOf = ({ month, day, hour }: { month: number; day: number; hour: number }): number =>
  at(addDays(firstDay(months[month] ?? ''), day), hour);

async function begin({ sql, db }: World, { terms: versions, leases }: Scenario): Promise<void> {
  await seedTrade(sql, 2);
  for (const month of months) await publishTariff(sql, firstDay(month), firstDay(addMonths(month, 1)));
  await sql`insert into plans (id, owner, name, created_by) values ('rich', ${parties.owner}, 'rich', 'test')`;
  for (const [index, own] of versions.entries())
    await sql`insert into plan_versions (plan, version, terms, published_at, published_by)
      values ('rich', ${index + 1}, ${sql.json(planTerms.parse(own) as never)}, '2026-06-01', 'test')`;
  for (const [index, { day, isLeased }] of leases.entries()) {
    const car = cars[index] ?? 1;
    // One at least, so that there is something to close.
    if (!isLeased && index > 0) continue;
    await seedLease(db, {
      lease: leaseOf(car),
      vin: vinOf(car),
      lessee: parties.lessee,
      plan: 'rich',
      fromDay: addDays('2026-08-01', day),
    });
  }
}

function eventOf({ kind, ...of }: Scenario['acts'][number]): LeaseEvent {
  const today = addDays(firstDay(months[of.month] ?? ''), of.day);
  if (kind === 'plan')
    return { type: 'changePlan', plan: { plan: 'rich', version: 2, graceDays: 7 }, fromDay: addDays(today, 3) };
  if (kind === 'suspend' || kind === 'resume') return { type: kind, reason: 'test' };
  if (kind === 'transfer') return { type: 'transfer', vin: vinOf(7 + of.car), reason: 'test' };
  return { type: 'end', lastDay: addDays(today, 2), override: true, reason: 'test' };
}

/** What a lease does not take at that moment did not happen. */
const act = ({ db }: World, of: Scenario['acts'][number]) =>
  stepLeaseAt(db, leaseOf(of.car), eventOf(of), instantOf(of)).catch(() => {});

async function swap({ sql, db, options }: World, swaps: Scenario['swaps']): Promise<void> {
  const sorted = [...swaps].sort((a, b) => instantOf(a) - instantOf(b));
  for (const [n, of] of sorted.entries()) {
    const number = of.car + 400 * n;
    await makeSwaps(sql, { first: number, last: number, stations: 2, from: instantOf(of) + n * 300_000, everyMs: 1 });
  }
  const consumer = receiptConsumer(db);
  while ((await workOnce({ db, log: options.log }, consumer)) > 0);
}

/** A note on some line of what is closed: a share of what is left of it, or as much again. */
async function note(
  { db }: World,
  statement: string,
  { direction, at: any, share }: Scenario['notes'][number],
  now: number,
) {
  const bill = await readBill(db, { statement });
  const lines = (bill?.lines ?? []).filter((line) => leftFen(line) > 0);
  const line = lines[any % Math.max(1, lines.length)];
  if (!line) return;
  const unitPriceMicro = Math.max(1, Math.floor((leftFen(line) * share) / 100)) * 10_000;
  const said = { line: line.line, quantity: 1, unit: 'item' as const, unitPriceMicro, rule: 'agreed' };
  await runStatement(
    db,
    await planNote(db, { direction, statement, text: 'agreed', lines: [said] }, { by: 'test', now }),
  );
}

async function tampered({ sql }: World, change: string, undo: string, look: () => Promise<void>): Promise<void> {
  const run = (text: string) =>
    sql.unsafe(`alter table statements disable trigger user; ${text}; alter table statements enable trigger user`);
  await run(change);
  await look().finally(() => run(undo));
}

test('whatever the months were, their statements are the ones that the log alone gives', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (of) => {
      const world = await createReadWorld();
      try {
        await begin(world, of);
        for (const each of [...of.acts].sort((a, b) => instantOf(a) - instantOf(b))) await act(world, each);
        await swap(world, of.swaps);
        for (const month of months) {
          const now = afterMonth(month);
          const closed = await closeMonth(world.db, month, { by: 'test', now });
          expect(closed.fleets.filter(({ outcome }) => outcome === 'waiting')).toEqual([]);
          const [first] = closed.fleets;
          if (first?.statement) for (const each of of.notes) await note(world, first.statement, each, now + 3_600_000);
        }
        const report = await audit(world.db, days);
        expect(report.differences).toEqual([]);
        const [made] =
          await world.sql`select count(*)::int as n, (select count(*)::int from notes) as notes from statements`;
        expect(report.examined).toMatchObject({ receipts: of.swaps.length, statements: made?.n, notes: made?.notes });
        // What all statements say is owed, is what the books say.
        const [owed] = await world.sql`select
          (select coalesce(sum(total_fen), 0)::int from statements where kind = 'fleet') + (select coalesce(sum(total_fen), 0)::int from notes n
            where not exists (select from statement_items i where i.kind = 'note' and i.item = n.id)) as said,
          (select coalesce(sum(case when debit = 'receivable:blue-taxi' then amount_fen else -amount_fen end), 0)::int from transfers
            where 'receivable:blue-taxi' in (debit, credit)) as booked`;
        expect(owed?.said).toBe(owed?.booked);
        const ids = await world.sql<{ id: string }[]>`select distinct on (kind) id from statements order by kind, id`;
        for (const { id } of ids) {
          const by = (sign: string) =>
            `update statements set lines_fen = lines_fen ${sign} 1, total_fen = total_fen ${sign} 1 where id = '${id}'`;
          await tampered(world, by('+'), by('-'), async () => {
            const { differences } = await audit(world.db, days);
            expect(differences.map(({ id: found, what }) => [found, what])).toEqual([
              [id, 'linesFen'],
              [id, 'totalFen'],
            ]);
          });
        }
      } finally {
        await world.end();
      }
    }),
    { numRuns: 3, seed: 20_261_123, endOnFailure: true },
  );
}, 240_000);
