import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { billCharge } from '../../machines/settlement/bill-charge.ts';
import { billMonth } from '../../machines/settlement/bill-month.ts';
import { billSwap } from '../../machines/settlement/bill-swap.ts';
import { roundHalfAway, totalFen } from '../../machines/settlement/money.ts';
import { type PriceBook, priceAtStation, priceBook, type TariffGap } from '../../machines/settlement/price-book.ts';
import { swapEnergy } from '../../machines/settlement/swap-energy.ts';
import { trueUpLines } from '../../machines/settlement/true-up.ts';
import { type BillLine, type BillRule, billLine, billRules } from '../../schema/wire/settlement/bill.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { PackAtSwap } from '../../schema/wire/settlement/usage.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { basisWords } from '../../src/settlement/bill-words.ts';
import { beijingAugust2026, beijingDemo } from '../../src/tariffs/beijing.ts';

// The worked examples of docs/settlement.md, as they stand there.

const time = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
const pack = z.strictObject({
  energyWh: z.number().optional(),
  socPct: z.number().optional(),
  nominalWh: z.number().optional(),
  sohPct: z.number().optional(),
});
const plan = z.record(z.string(), z.unknown()).default({});
const swap = z.strictObject({
  category: z.string().default('single-rate-1-10kV'),
  inPosition: time.optional(),
  released: time,
  left: time.optional(),
  given: pack,
  returned: pack,
  chosenBy: z.strictObject({ pct: z.number(), source: z.enum(['estimate', 'bms']) }).optional(),
});
const charge = z.strictObject({ from: time, to: time, meteredWh: z.int() });
const part = z.strictObject({
  vin: z.string().default('A'),
  version: z.int().default(1),
  from: z.iso.date(),
  to: z.iso.date(),
  plan,
  swaps: z.int().default(0),
  km: z.number().default(0),
  energyWh: z.int().default(0),
});
const example = z.strictObject({
  tables: z.enum(['official', 'demo']).default('official'),
  swap: swap.optional(),
  plan,
  charge: charge.optional(),
  month: z.string().optional(),
  parts: z.array(part).default([]),
  deposit: z.strictObject({ heldFen: z.int(), dueFen: z.int() }).default({ heldFen: 0, dueFen: 0 }),
  trueUp: z.strictObject({ energyWh: z.int(), billedFen: z.int(), meteredWh: z.int(), costFen: z.int() }).optional(),
  lines: z.array(z.tuple([z.string(), z.number(), z.string(), z.int(), z.int()])).optional(),
  gap: z.string().optional(),
  basis: z.record(z.string(), z.unknown()).default({}),
  totalFen: z.int().optional(),
});
type Example = z.infer<typeof example>;

const page = readFileSync(join(projectRoot, 'docs/settlement.md'), 'utf8');
const sections = page.split(/^### /m).slice(1);

/** The cases of a section; in a list the later ones of swaps have the packs and the plan of the first where they say nothing of them. */
function casesOf(section: string): Example[] {
  const block = /^```json example\n(.*?)^```/ms.exec(section)?.[1];
  if (block === undefined) throw new Error(`no example under: ${section.slice(0, 40)}`);
  const written: unknown = JSON.parse(block);
  const all = (Array.isArray(written) ? written : [written]) as { swap?: z.input<typeof swap>; plan?: object }[];
  const { swap: first, plan: terms = {} } = all[0] ?? {};
  const packs = { given: first?.given, returned: first?.returned };
  return all.map((each) =>
    example.parse(each.swap ? { plan: terms, ...each, swap: { ...packs, ...each.swap } } : each),
  );
}

const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const packOf = (code: string, of: z.infer<typeof pack>): PackAtSwap => ({
  code,
  socPct: of.socPct ?? null,
  energyWh: of.energyWh ?? null,
  nominalWh: of.nominalWh ?? null,
  sohPct: of.sohPct ?? null,
});

function bookOf(tables: Example['tables'], category: string): PriceBook {
  const demo = [...beijingDemo('2026-01-01', '2026-08-01'), ...beijingDemo('2026-09-01', '2027-03-01')];
  const all = [...beijingAugust2026(), ...(tables === 'demo' ? demo : [])];
  return priceBook(all, [{ station: 'bj-001', fromDay: '2026-01-01', category }]);
}

type Billed = { lines: BillLine[] } | { gap: TariffGap };

function bill(of: Example): Billed {
  if (of.swap) return billOfSwap(of, of.swap);
  if (of.charge) {
    const { from, to, meteredWh } = of.charge;
    const book = bookOf(of.tables, 'single-rate-1-10kV');
    return billCharge({ station: 'bj-001', startedAt: at(from), endedAt: at(to), meteredWh, book });
  }
  if (of.trueUp) return { lines: trueUpLines('2026-08', [{ station: 'bj-001', ...of.trueUp }]) };
  if (of.month === undefined) throw new Error('an example is of a swap, a charge, a month or a true-up');
  const parts = of.parts.map(({ from, to, plan: terms, version, vin, ...usage }) => ({
    ...{ fromDay: from, toDay: to, plan: 'taxi', planVersion: version, vin, usage },
    terms: planTerms.parse(terms),
  }));
  return { lines: billMonth({ month: of.month, lease: 'l-1', parts, deposit: of.deposit }) };
}

function billOfSwap(
  of: Example,
  { category, released, given, returned, chosenBy, ...times }: z.infer<typeof swap>,
): Billed {
  const releasedAt = at(released);
  const price = priceAtStation(bookOf(of.tables, category), 'bj-001', releasedAt);
  if ('gap' in price) return price;
  const usage = {
    ...{ swap: 'bj-001.1.1', station: 'bj-001', vin: 'A', odometerKm: 1000, lease: null, releasedAt },
    inPositionAt: times.inPosition ? at(times.inPosition) : releasedAt - 90_000,
    leftAt: times.left ? at(times.left) : null,
    packIn: packOf('in', given),
    packOut: packOf('out', returned),
    packInSoh: chosenBy ?? null,
  };
  const energy = swapEnergy(usage);
  if (!energy) throw new Error('the energy is not known');
  return { lines: billSwap({ usage, energy, terms: planTerms.parse(of.plan), price }) };
}

function check(of: Example): void {
  const billed = bill(of);
  if ('gap' in billed) {
    expect(billed.gap.reason).toBe(of.gap);
    return;
  }
  const { lines } = billed;
  for (const line of lines) {
    expect(billLine.parse(line)).toEqual(line);
    expect(billRules).toContain(line.rule as BillRule);
    const shown = Object.entries(line.basis).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number',
    );
    for (const [name] of shown) expect(basisWords.zh).toHaveProperty(name);
  }
  expect(
    lines.map(({ kind, quantity, unit, unitPriceMicro, amountFen }) => [
      kind,
      quantity,
      unit,
      unitPriceMicro,
      amountFen,
    ]),
  ).toEqual(of.lines);
  expect(lines[0]?.basis ?? {}).toMatchObject(of.basis);
  if (of.totalFen !== undefined) expect(totalFen(lines)).toBe(of.totalFen);
}

const arithmetic = /`(-?[\d.]+) × (-?[\d.]+) = (-?[\d.]+) → (-?\d+\.?\d*)`/g;

/** A decimal as a fraction of a power of ten. */
function decimal(text: string): { value: bigint; scale: bigint } {
  const [whole = '', part = ''] = text.split('.');
  return { value: BigInt(whole + part), scale: 10n ** BigInt(part.length) };
}

/** Is `a x b = product`, and rounded to the fen what is said? */
function isRight([, a = '', b = '', product = '', rounded = '']: RegExpExecArray): boolean {
  const [x, y, p, r] = [decimal(a), decimal(b), decimal(product), decimal(rounded)];
  const exact = x.value * y.value * p.scale === p.value * x.scale * y.scale;
  const fen = roundHalfAway(p.value * 100n, p.scale);
  return exact && BigInt(fen) * r.scale === r.value * 100n;
}

describe('the worked examples of docs/settlement.md', () => {
  test('are there', () => {
    expect(sections.length).toBeGreaterThanOrEqual(14);
  });

  test.each(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]))('%s', (_, section) => {
    for (const each of casesOf(section)) check(each);
  });

  test('have the arithmetic right that they show, and bill what it comes to', () => {
    const shown = [...page.matchAll(arithmetic)];
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.filter((each) => !isRight(each)).map(([text]) => text)).toEqual([]);
    for (const section of sections) {
      const amounts = casesOf(section).flatMap(({ lines = [] }) => lines.map(([, , , , fen]) => fen));
      const said = [...section.matchAll(arithmetic)].map(([, , , , yuan = '']) => Math.round(Number(yuan) * 100));
      expect([section.slice(0, 30), said.filter((fen) => !amounts.includes(fen))]).toEqual([section.slice(0, 30), []]);
    }
  });
});
