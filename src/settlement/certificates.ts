import { createHash, timingSafeEqual } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { swapEnergy } from '../../machines/settlement/swap-energy.ts';
import type { Certificate } from '../../schema/wire/api/settlement.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { PackAtSwap, SwapUsage } from '../../schema/wire/settlement/usage.ts';
import type { Database } from '../db/client.ts';

/** Its lines are put into words in the language of whoever reads it. */
export type UnsaidCertificate = Omit<Certificate, 'lines'> & { lines: BillLine[] };

export interface StoredCertificate {
  certificate: UnsaidCertificate;
  station: string;
  /** Who may see it: the fleet of the car then, and who pays. */
  fleet: string | null;
  lessee: string | null;
  linkToken: string;
  releasedAt: number;
}

/** A link works for so long after the swap. */
const linkForMs = 90 * 86_400_000;

/** Of a swap that has its receipt; null: it has none. */
export async function readCertificate(db: Database, swap: string): Promise<StoredCertificate | null> {
  const [row] = await db.execute<Row>(sql`
    select r.swap, r.station, s.name as station_name, r.lessee, w.fleet, r.usage, r.lines, r.total_fen::float8 as total, r.energy_wh,
      ${epochMs(sql`r.released_at`)} as released_at, ${epochMs(sql`r.issued_at`)} as issued_at, r.link_token, m.slot,
      m.start_wh::float8 as start_wh, m.end_wh::float8 as end_wh, ${epochMs(sql`m.started_at`)} as started_at, ${epochMs(sql`m.ended_at`)} as ended_at
    from receipts r join stations s on s.id = r.station left join swaps w on w.id = r.swap
      left join lateral (
        select e.slot, b.register_wh as start_wh, e.register_wh as end_wh, b.occurred_at as started_at, e.occurred_at as ended_at
        from (select * from charges e where e.pack = r.usage #>> '{packIn,code}' and e.occurred_at <= r.released_at and e.station = r.station
            and e.phase = 'ended' order by e.occurred_at desc limit 1) e
          join lateral (select * from charges b where b.pack = e.pack and b.occurred_at <= e.occurred_at and b.station = e.station and b.slot = e.slot
            and b.phase = 'started' order by b.occurred_at desc limit 1) b on true) m on true
    where r.swap = ${swap}`);
  return row ? toStored(row) : null;
}

/** For whoever has the link. A wrong token, an old link and a swap that is not there are the same: nothing. */
export async function readLinkedCertificate(
  db: Database,
  { swap, token }: { swap: string; token: string },
  now: number,
): Promise<UnsaidCertificate | null> {
  const found = await readCertificate(db, swap);
  if (!found || !isSame(token, found.linkToken) || now > found.releasedAt + linkForMs) return null;
  const { certificate } = found;
  // A link may be passed on: it names the car to its driver, and to nobody else.
  return { ...certificate, vehicle: `…${certificate.vehicle.slice(-6)}` };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
/** In a time that says nothing of where they differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const epochMs = (at: SQL) => sql`round(extract(epoch from ${at}) * 1000)::float8`;

interface Row extends Record<string, unknown> {
  swap: string;
  station: string;
  station_name: string;
  lessee: string | null;
  fleet: string | null;
  usage: SwapUsage;
  lines: BillLine[];
  total: number;
  energy_wh: number;
  released_at: number;
  issued_at: number;
  link_token: string;
  slot: number | null;
  start_wh: number;
  end_wh: number;
  started_at: number;
  ended_at: number;
}

const iso = (at: number): string => new Date(at).toISOString();

function toStored(row: Row): StoredCertificate {
  const { usage } = row;
  const energy = swapEnergy(usage);
  return {
    station: row.station,
    fleet: row.fleet,
    lessee: row.lessee,
    linkToken: row.link_token,
    releasedAt: row.released_at,
    certificate: {
      swap: row.swap,
      station: row.station,
      stationName: row.station_name,
      vehicle: usage.vin,
      odometerKm: usage.odometerKm,
      inPositionAt: iso(usage.inPositionAt),
      releasedAt: iso(row.released_at),
      packOut: packOf(usage.packOut),
      packIn: packOf(usage.packIn),
      packInSoh: usage.packInSoh ?? null,
      energyWh: row.energy_wh,
      energyBasis: energy?.basis ?? 'bmsCounter',
      energyErrorWh: energy?.errorWh ?? 0,
      meter:
        row.slot === null
          ? null
          : {
              slot: row.slot,
              startedAt: iso(row.started_at),
              endedAt: iso(row.ended_at),
              startWh: row.start_wh,
              endWh: row.end_wh,
            },
      lines: row.lines,
      totalFen: row.total,
      issuedAt: iso(row.issued_at),
    },
  };
}

const packOf = ({ code, socPct, sohPct, energyWh }: PackAtSwap) => ({ code, socPct, sohPct, energyWh });
