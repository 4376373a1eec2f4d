import type { CommandType } from '../../schema/wire/commands.ts';
import type { EventBody } from '../../schema/wire/events.ts';
import type { Hello, RecordEnvelope } from '../../schema/wire/uplink.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { ScriptedService } from './scripted-service.ts';

export interface Swap {
  oldPack: string;
  newPack: string;
  /** Where the old pack went. */
  slot: number;
  /** Every record of the swap, from the car's arrival to its departure and the charger's plug. */
  records: RecordEnvelope[];
}

let counter = 0;

/** Sends a command, again and again, until its result is there. Fails when it is not `completed`. */
export async function obey(service: ScriptedService, type: CommandType, params: unknown): Promise<RecordEnvelope> {
  counter += 1;
  const id = `${service.station}/1/bay/main/${service.epoch}.${counter}.0`;
  const { boot, beat } = service.pulse;
  const command = { kind: 'command', id, hash: `hash-${counter}-0000`, bay: '1', type, params };
  let sent = 0;
  const result = await waitFor(`result of ${type}`, () => {
    if (sent === 0 || Date.now() - sent > 700) {
      sent = Date.now();
      service.send({ ...command, validity: { boot, untilBeat: beat + 60 } });
    }
    return service.records.find(
      ({ type: event, body }) => event === 'commandResult' && (body as { id: string }).id === id,
    );
  });
  const { outcome, reason, detail } = result.body as EventBody<'commandResult'>;
  if (outcome !== 'completed') throw new Error(`${type} ${outcome}: ${reason} ${detail}`);
  return result;
}

/**
 * Leads one healthy swap in bay 1, with both tracks at once, from the car that is in position or comes next. The new pack is the
 * first ready one; the old one goes into its slot.
 */
export async function runSwap(service: ScriptedService): Promise<Swap> {
  const before = service.records.findLast((record) => record.type === 'vehicleLeft')?.seq ?? 0;
  const arrival = await waitFor(
    'a car in position',
    () => service.records.find((record) => record.type === 'vehicleInPosition' && record.seq > before),
    { withinMs: 20_000 },
  );
  const { vehicle } = arrival.body as EventBody<'vehicleInPosition'>;
  const hello = await service.askHello();
  const source = hello.body.slots.find((candidate) => candidate.ready && candidate.code);
  const oldPack = vehicle.pack;
  if (!source?.code || !oldPack) throw new Error('no ready pack, or a car without one');
  const plan = { oldPack, newPack: source.code, slot: source.slot, vin: vehicle.vin };
  const twoBerths = hello.body.bays[0]?.berths === 2;
  const slot = twoBerths ? await exchangeAtOnce(service, plan) : await exchangeInTurn(service, plan, hello);
  await waitFor('the car to leave', () => service.records.some((r) => r.type === 'vehicleLeft' && r.seq > arrival.seq));
  return {
    oldPack,
    newPack: plan.newPack,
    slot,
    records: service.records.filter((record) => record.seq >= arrival.seq),
  };
}

interface Plan {
  oldPack: string;
  newPack: string;
  slot: number;
  vin: string;
}

async function openUp(service: ScriptedService, { oldPack, vin }: Plan): Promise<void> {
  await obey(service, 'authorise', { swap: `${service.station}.1.${counter + 1}`, vin });
  await obey(service, 'positionAndClamp', {});
  await obey(service, 'liftVehicle', {});
  await obey(service, 'unlockPack', { pack: oldPack });
  await obey(service, 'lowerPack', { pack: oldPack });
}

async function closeUp(service: ScriptedService, { newPack }: Plan): Promise<void> {
  await obey(service, 'raisePack', { pack: newPack });
  await obey(service, 'lockPack', { pack: newPack });
  await obey(service, 'verifyPack', { pack: newPack });
  await obey(service, 'lowerVehicle', {});
  await obey(service, 'release', { reason: 'swap completed' });
}

async function store(service: ScriptedService, { oldPack, slot }: Plan, berth: number): Promise<void> {
  await obey(service, 'stowPack', { pack: oldPack, berth, slot });
  await obey(service, 'connectCharger', { pack: oldPack, slot });
}

async function exchangeAtOnce(service: ScriptedService, plan: Plan): Promise<number> {
  const { oldPack, newPack, slot } = plan;
  await Promise.all([openUp(service, plan), obey(service, 'fetchPack', { pack: newPack, slot, berth: 2 })]);
  await obey(service, 'exchange', { give: { pack: oldPack, berth: 1 }, take: { pack: newPack, berth: 2 } });
  await Promise.all([closeUp(service, plan), store(service, plan, 1)]);
  return slot;
}

/** One berth: the old pack waits in a free slot of its own before the new one can be fetched. */
async function exchangeInTurn(service: ScriptedService, plan: Plan, hello: Hello): Promise<number> {
  const free = hello.body.slots.find((slot) => slot.code === null);
  if (!free) throw new Error('no free slot');
  await openUp(service, plan);
  await obey(service, 'exchange', { give: { pack: plan.oldPack, berth: 1 }, take: null });
  await store(service, { ...plan, slot: free.slot }, 1);
  await obey(service, 'fetchPack', { pack: plan.newPack, slot: plan.slot, berth: 1 });
  await obey(service, 'exchange', { give: null, take: { pack: plan.newPack, berth: 1 } });
  await closeUp(service, plan);
  return free.slot;
}
