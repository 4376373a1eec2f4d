import { waitFor } from '../../helpers/wait-for.ts';
import type { StationReplay } from '../judge/physical.ts';
import type { Arena } from './arena.ts';
import { portrait } from './portrait.ts';
import type { Service } from './service.ts';

interface ActionBody {
  action: string;
  reason: string;
  resolution?: { outcome: 'completed' | 'rolled-back'; packs: { code: string; place: string }[] };
}

/** Asks for an action of a bay; the status of the answer. */
export async function act(arena: Arena, service: Service, station: string, body: ActionBody): Promise<number> {
  const response = await fetch(`${service.apiUrl}/api/v1/stations/${station}/bays/1/actions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${arena.staffKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Bays that hold, because records were given up or something was not as the ledger had it: a person has looked, and they go on. */
export async function resumeHeld(arena: Arena, service: Service, among = arena.stations): Promise<void> {
  const rows = await arena.database.sql<{ station: string }[]>`
    select station from machines where machine = 'bay' and snapshot -> 'value' ->> 'hold' = 'held' and station = any(${[...among]})`;
  for (const { station } of rows) {
    await act(arena, service, station, { action: 'resume', reason: 'a person has looked' });
    arena.count('held bays resumed', 1);
  }
}

/** A person at the panel: whatever stopped the bay has been looked at, so reset and confirm. */
export async function attendPanel(arena: Arena, station: string): Promise<void> {
  for (const button of ['reset', 'confirm'] as const) {
    // Where nothing stands still the button has no effect, and the simulator says so.
    await arena.spy.control(station, { type: 'panel', bay: '1', button }).catch((error: Error) => {
      if (!error.message.includes('no effect')) throw error;
    });
  }
}

const openStations = async (arena: Arena): Promise<string[]> => {
  const rows = await arena.database.sql<{ station: string }[]>`
    select distinct station from swaps where state = 'needs-person' order by 1`;
  return rows.map(({ station }) => station);
};

/**
 * A supervisor goes to every bay that needs a person: looks, and confirms that the machine may go on. Where it comes no further, a mechanic
 * puts car and packs in order, and the swap is resolved with every pack where it was seen.
 */
export async function resolveAll(arena: Arena, service: Service): Promise<number> {
  const stations = await openStations(arena);
  await Promise.all(stations.map((station) => resolve(arena, service, station)));
  return stations.length;
}

async function resolve(arena: Arena, service: Service, station: string): Promise<void> {
  await attendPanel(arena, station);
  const status = await act(arena, service, station, { action: 'confirm', reason: 'nothing is in the way' });
  if (status === 202) {
    const rest = waitFor(`${station} to come to rest`, () => atRest(arena, station), { withinMs: 30_000, everyMs: 50 });
    await rest.catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await portrait(arena, [station])}`, { cause: error.cause });
    });
    if (!(await openStations(arena)).includes(station)) return;
  }
  await repair(arena, service, station);
}

async function atRest(arena: Arena, station: string): Promise<boolean> {
  const [row] = await arena.database.sql<{ open: number }[]>`
    select (select count(*) from swaps where station = ${station} and state in ('requested', 'running'))::int
         + (select count(*) from outbox where station = ${station} and settled_at is null)::int as open`;
  return row?.open === 0;
}

async function repair(arena: Arena, service: Service, station: string): Promise<void> {
  const replay = arena.journals.read().get(station);
  if (!replay) throw new Error(`no journal of ${station}`);
  const plan = repairPlan(replay);
  await arena.spy.control(station, { type: 'repair', bay: '1', vehiclePack: plan.vehiclePack, stow: plan.stow });
  const [swap] = await arena.database.sql<{ packOut: string | null }[]>`
    select pack_out as "packOut" from swaps where station = ${station} and state = 'needs-person'`;
  const outcome = plan.vehiclePack !== null && plan.vehiclePack === swap?.packOut ? 'rolled-back' : 'completed';
  const packs = [
    ...(plan.vehiclePack ? [{ code: plan.vehiclePack, place: 'bay/1/vehicle' }] : []),
    ...plan.stow.map(({ pack, slot }) => ({ code: pack, place: `slot/${slot}` })),
  ];
  await waitFor(`${station} to be resolved`, async () => {
    await act(arena, service, station, {
      action: 'resolve',
      reason: 'looked at by a person',
      resolution: { outcome, packs },
    });
    return !(await openStations(arena)).includes(station);
  });
  // The station has said that hands have moved packs, if it could before they were confirmed: then the bay holds.
  await resumeHeld(arena, service, [station]);
}

interface RepairPlan {
  vehiclePack: string | null;
  stow: { pack: string; slot: number }[];
}

/** The car gets the pack in its frame, or else the one nearest to it; all others that are not in slots go into free ones. */
function repairPlan(replay: StationReplay): RepairPlan {
  const at = new Map([...replay.packs].map(([pack, place]) => [place, pack]));
  const spot = (place: string) => at.get(`${replay.station}/bay/1/${place}`) ?? null;
  const vin = replay.standing('1');
  const frame = vin === null ? null : (at.get(`vehicle/${vin}`) ?? null);
  const loose = [spot('lift'), spot('berth/2'), spot('berth/1')].filter((pack) => pack !== null);
  const vehiclePack = vin === null ? null : (frame ?? loose[0] ?? null);
  const free = Array.from({ length: 60 }, (_, index) => index + 1).filter(
    (slot) => !at.has(`${replay.station}/slot/${slot}`),
  );
  const stow = loose.filter((pack) => pack !== vehiclePack).map((pack, index) => ({ pack, slot: free[index] ?? 0 }));
  return { vehiclePack, stow };
}
