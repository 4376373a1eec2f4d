import type { CommandType } from '../../../schema/wire/commands.ts';
import type { EventType } from '../../../schema/wire/events.ts';

export const eventSummaries: Record<EventType, string> = {
  booted: 'The controller started. First record of every boot.',
  vehicleEntered: 'The entry loop saw a car.',
  vehicleInPosition: 'Wheels on the stops and the car identified. The swap time starts here.',
  vehicleChanged: 'Parking lock, high voltage or consent changed while the car stands in position.',
  vehicleLeft: 'The car has left the bay.',
  commandAccepted: 'Journaled intent: from here on the motion may have begun.',
  commandResult: 'How a command ended, with the sensors of the bay.',
  cancelTooLate: 'The command to be cancelled has begun; its result will follow.',
  packRead: 'A pack code read at a hand-over. The ledger of packs moves with it.',
  chargeStarted: 'Power has begun to flow into the pack.',
  chargeEnded: 'Power has ended, and why.',
  packReady: 'The pack in this slot may be given to a car.',
  alarm: 'An alarm was raised, changed its level or cleared.',
  smoke: 'A smoke detector changed.',
  safety: "A bay's safety controller changed its state.",
  panel: "A button of the station's panel was pressed.",
  journalLost: 'Records from..to are gone. Stands in the place of the first of them; `to` is not below `from`.',
};

export const commandSummaries: Record<CommandType, string> = {
  authorise: 'Check the car: VIN, parked, high voltage off, consent.',
  positionAndClamp: 'Centre the car and close the clamps.',
  liftVehicle: 'Raise the car.',
  unlockPack: 'Lift table up against the pack, then undo the locks.',
  lowerPack: 'Lift table down with the pack. Read at the lift.',
  exchange: 'Lift hands `give` to its berth, then takes `take` from its berth; at least one is present. Each is read.',
  raisePack: 'Lift table up with the pack, into the frame.',
  lockPack: 'Close the locks, read the pack, lift table down.',
  verifyPack: 'BMS handshake, high-voltage interlock, coolant.',
  lowerVehicle: 'Lower the car.',
  release: 'Clamps open, exit light green. The swap time ends with its result.',
  fetchPack: 'Shuttle takes the pack from the slot onto the berth and drives to the lift. Read on the berth.',
  stowPack: 'Shuttle drives to the slot and pushes the pack in. Read in the slot.',
  connectCharger: 'Plug the slot in. Charging then starts by itself.',
  isolatePack: 'Shuttle moves the pack into an isolation box. Read there.',
  setChargeLimit: 'Power limit of one slot, or of the station when `slot` is null. Moves nothing.',
};
