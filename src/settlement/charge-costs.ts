import { type SQL, sql } from 'drizzle-orm';
import { type ChargeCost, chargeCostOf, type EndedCharge, isCost } from '../../machines/settlement/charge-cost.ts';
import type { PriceBook } from '../../machines/settlement/price-book.ts';
import type { PackReading } from '../../schema/wire/sensors.ts';
import type { Database } from '../db/client.ts';
import { type Consumer, followUp, type Handled, type Stuck } from '../follow-ups/consumer.ts';
import { createTariffSource } from '../tariffs/load.ts';
import { instantOf, jsonRows, transfersPart } from './transfers.ts';

/** Books what every charge cost, at the prices of the hours it took. */
export function chargeCostConsumer(db: Database): Consumer {
  const prices = createTariffSource(db);
  return followUp('chargeCost', { handle: async (from, charges) => costCharges(from, charges, await prices()) });
}

async function costCharges(db: Database, charges: readonly string[], book: PriceBook): Promise<Handled> {
  const ended = await readEndedCharges(db, charges);
  const costs: ChargeCost[] = [];
  const stuck: Stuck[] = [];
  for (const charge of ended) {
    const made = chargeCostOf(charge, book);
    if (isCost(made)) costs.push(made);
    else stuck.push({ subject: charge.charge, ...made });
  }
  const known = new Set(ended.map(({ charge }) => charge));
  return {
    done: [...costs.map(({ charge }) => charge), ...charges.filter((charge) => !known.has(charge))],
    parts: (gone) => costParts(costs, gone),
    stuck,
  };
}

async function readEndedCharges(db: Database, charges: readonly string[]): Promise<EndedCharge[]> {
  const rows = await db.execute<Row>(sql`
    select w.charge, e.station, e.slot, e.pack, e.register_wh::float8 as register_wh, e.reading, ${epochMs(sql`e.occurred_at`)} as at,
      b.pack as before_pack, b.phase as before_phase, b.register_wh::float8 as before_register_wh, b.reading as before_reading,
      ${epochMs(sql`b.occurred_at`)} as before_at
    from unnest(${sql.param([...charges])}::text[]) as w(charge)
      join charges e on e.station = split_part(w.charge, '/', 1) and e.event_n = split_part(w.charge, '/', 2)::bigint
        and e.position = split_part(w.charge, '/', 3)::int and e.phase = 'ended'
      left join lateral (
        select * from charges b
        where b.station = e.station and (b.event_n, b.position) < (e.event_n, e.position) and b.slot = e.slot and b.phase <> 'ready'
        order by b.event_n desc, b.position desc limit 1) b on true`);
  return rows.map((row) => ({
    charge: row.charge,
    station: row.station,
    slot: row.slot,
    end: { pack: row.pack, phase: 'ended', registerWh: row.register_wh, reading: row.reading, at: row.at },
    before:
      row.before_pack === null
        ? null
        : {
            pack: row.before_pack,
            phase: row.before_phase,
            registerWh: row.before_register_wh,
            reading: row.before_reading,
            at: row.before_at,
          },
  }));
}

interface Row extends Record<string, unknown> {
  charge: string;
  station: string;
  slot: number;
  pack: string;
  register_wh: number;
  reading: PackReading | null;
  at: number;
  before_pack: string | null;
  before_phase: 'started' | 'ended';
  before_register_wh: number;
  before_reading: PackReading | null;
  before_at: number;
}

const epochMs = (at: SQL) => sql`round(extract(epoch from ${at}) * 1000)::float8`;

function costParts(costs: readonly ChargeCost[], gone: SQL): Record<string, SQL> {
  if (costs.length === 0) return {};
  const rows = costs.map(({ postings: _, ...row }) => row);
  const transfers = costs.flatMap(({ charge, endedAt, postings }) =>
    postings.map((posting) => ({ ...posting, causeId: charge, occurredAt: endedAt })),
  );
  return {
    written: sql`
      insert into charge_costs (charge, station, slot, pack, started_at, ended_at, metered_wh, into_pack_wh, tariff, lines, cost_fen)
      select c.charge, c.station, c.slot, c.pack, ${instantOf(sql`c."startedAt"`)}, ${instantOf(sql`c."endedAt"`)}, c."meteredWh", c."intoPackWh",
        c.tariff, c.lines, c."costFen"
      from jsonb_to_recordset(${jsonRows(rows)}) as c(charge text, station text, slot int, pack text, "startedAt" float8, "endedAt" float8,
          "meteredWh" bigint, "intoPackWh" float8, tariff text, lines jsonb, "costFen" bigint)
        join ${gone} g on g.subject = c.charge
      order by c.charge`,
    moved: transfersPart('chargeCost', transfers, gone),
  };
}
