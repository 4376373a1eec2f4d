import { type CommandParams, type CommandType, moverOf } from '../../schema/wire/commands.ts';
import { berthPlace, liftPlace, slotPlace, vehiclePlace } from '../../schema/wire/places.ts';
import type { StepFault } from '../faults.ts';
import { setDevice } from '../world/change.ts';
import type { Device } from '../world/model.ts';
import { readPack } from './hand-over.ts';
import type { MotionContext, MotionRow, Stage, StageEnd } from './motion.ts';

const robotDevices: Device[] = ['clamps', 'vehicleLift', 'packLock', 'packLift', 'exitLight'];
const shuttleDevices: Device[] = ['shuttle'];

/** What a motion may move. The other mover's devices go on with their own motion. */
function devicesOf(type: CommandType): Device[] {
  const mover = moverOf[type];
  return [...(mover === 'shuttle' ? [] : robotDevices), ...(mover === 'robot' ? [] : shuttleDevices)];
}

/** The stages of a motion, or what a fault makes of them. */
export function disturbStages(context: MotionContext, row: MotionRow, type: CommandType, fault: StepFault): Stage[] {
  if (fault.stuck) return stuckStages(context, row, devicesOf(type));
  if (fault.lie) return lieStages(context, type);
  return row.stages(context);
}

/** Tries, gets nowhere, and comes back to where it stood. */
function stuckStages(context: MotionContext, row: MotionRow, devices: readonly Device[]): Stage[] {
  const { core, bay, commandId } = context;
  const before = devices.map((device) => [device, bay[device]] as const);
  const restore = (): StageEnd => {
    for (const [device, value] of before) setDevice(core, bay, device, value as never, commandId);
    return { reason: row.stuckReason, detail: 'did not move' };
  };
  return [...row.stages(context).filter((stage) => stage.at <= 0), { at: 1, run: restore }];
}

/** Nothing moves and the controller believes it did; the pack readers read the truth. */
function lieStages(context: MotionContext, type: CommandType): Stage[] {
  return expectedReads(context, type).map((place) => ({ at: 1, run: () => void readPack(context, place) }));
}

function expectedReads({ bay, params }: MotionContext, type: CommandType): string[] {
  if (type === 'lowerPack') return [liftPlace(bay.bay)];
  if (type === 'lockPack') return [vehiclePlace(bay.bay)];
  if (type === 'exchange') {
    const { give, take } = params as CommandParams<'exchange'>;
    return [...(give ? [berthPlace(bay.bay, give.berth)] : []), ...(take ? [liftPlace(bay.bay)] : [])];
  }
  if (type === 'fetchPack') return [berthPlace(bay.bay, (params as CommandParams<'fetchPack'>).berth)];
  if (type === 'stowPack') return [slotPlace((params as CommandParams<'stowPack'>).slot)];
  return type === 'isolatePack' ? [(params as CommandParams<'isolatePack'>).to] : [];
}
