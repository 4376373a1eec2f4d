import type { VehicleIdentity } from '../../schema/wire/events.ts';
import type { Core } from '../core.ts';
import { type Bay, packInFrame } from '../world/model.ts';
import { socOf } from '../world/pack.ts';

/** What the car on the stops says of itself. */
export function identityOf(core: Core, bay: Bay): VehicleIdentity | null {
  const taxi = bay.vin ? core.world.taxis.get(bay.vin) : undefined;
  if (!taxi) return null;
  const code = packInFrame(core.world, bay);
  const pack = code ? core.world.packs.get(code) : undefined;
  return {
    vin: taxi.vin,
    odometerKm: Math.round(taxi.odometerKm),
    firmware: taxi.firmware,
    parked: bay.parked,
    hvOff: bay.hvOff,
    consent: bay.consent,
    pack: code,
    socPct: pack ? Number(socOf(pack).toFixed(1)) : null,
  };
}
