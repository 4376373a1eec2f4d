import {
  type Icon,
  IconAlertTriangle,
  IconArrowsExchange2,
  IconBarcodeOff,
  IconBolt,
  IconBoxOff,
  IconCar,
  IconCarOff,
  IconEyeOff,
  IconFlame,
  IconHandStop,
  IconLock,
  IconMessageX,
  IconNotebookOff,
  IconParking,
  IconPlugOff,
  IconPower,
  IconReplace,
  IconShieldOff,
  IconSnowflake,
  IconWalk,
  IconWifiOff,
} from '@tabler/icons-react';
import type { CommandType } from '../../../../../schema/wire/commands.ts';
import type { SimFault } from '../../../../../schema/wire/simulator.ts';

type FaultOf<K extends SimFault['kind']> = Extract<SimFault, { kind: K }>;

/** Everything a fault can be told. Each fault asks for a few of these. */
export interface FaultValues {
  bay: string;
  step: CommandType;
  times: number;
  factor: number;
  verify: FaultOf<'verifyFails'>['reason'];
  when: FaultOf<'powerCut'>['when'];
  forS: number;
  slot: number;
  withSlot: number;
  place: string;
  level: number;
  what: FaultOf<'notReady'>['what'];
  keep: number;
  dropPct: number;
  duplicatePct: number;
  reorderWithin: number;
  delayMs: number;
}
export type FaultField = keyof FaultValues;

interface FaultDefinition {
  kind: SimFault['kind'];
  icon: Icon;
  fields: readonly FaultField[];
  /** What stands in the fields at first, where it is not the usual. */
  start: Partial<FaultValues>;
  build: (values: FaultValues) => SimFault;
}

export const usualValues: FaultValues = {
  bay: '1',
  step: 'lockPack',
  times: 1,
  factor: 3,
  verify: 'bmsHandshake',
  when: 'now',
  forS: 10,
  slot: 1,
  withSlot: 2,
  place: 'slot/1',
  level: 3,
  what: 'parked',
  keep: 0,
  dropPct: 10,
  duplicatePct: 10,
  reorderWithin: 4,
  delayMs: 500,
};

/** A fault after which the controller, or its power, is away: at once, or at the next motion. */
const momentOf = ({ when, step }: FaultValues) => (when === 'now' ? { when } : { when, step });

/** The closed set of the simulator, by where it hurts. The compiler wants each of them once. */
const byKind: { readonly [K in SimFault['kind']]: Omit<FaultDefinition, 'kind'> } = {
  stuck: {
    icon: IconLock,
    fields: ['bay', 'step', 'times'],
    start: { times: 20 },
    build: ({ bay, step, times }) => ({ kind: 'stuck', bay, step, times }),
  },
  slow: {
    icon: IconSnowflake,
    fields: ['bay', 'step', 'factor', 'times'],
    start: { step: 'unlockPack' },
    build: ({ bay, step, factor, times }) => ({ kind: 'slow', bay, step, factor, times }),
  },
  sensorLie: {
    icon: IconEyeOff,
    fields: ['bay', 'step'],
    start: { step: 'lowerPack' },
    build: ({ bay, step }) => ({ kind: 'sensorLie', bay, step }),
  },
  verifyFails: {
    icon: IconShieldOff,
    fields: ['bay', 'verify', 'times'],
    // It is checked twice.
    start: { times: 2 },
    build: ({ bay, verify, times }) => ({ kind: 'verifyFails', bay, reason: verify, times }),
  },
  emergencyStop: {
    icon: IconHandStop,
    fields: ['bay'],
    start: {},
    build: ({ bay }) => ({ kind: 'emergencyStop', bay }),
  },
  lightCurtain: { icon: IconWalk, fields: ['bay'], start: {}, build: ({ bay }) => ({ kind: 'lightCurtain', bay }) },
  driveOffEarly: { icon: IconCarOff, fields: ['bay'], start: {}, build: ({ bay }) => ({ kind: 'driveOffEarly', bay }) },
  consentWithdrawn: {
    icon: IconCar,
    fields: ['bay'],
    start: {},
    build: ({ bay }) => ({ kind: 'consentWithdrawn', bay }),
  },
  notReady: {
    icon: IconParking,
    fields: ['bay', 'what'],
    start: {},
    build: ({ bay, what }) => ({ kind: 'notReady', bay, what }),
  },
  powerCut: {
    icon: IconBolt,
    fields: ['when', 'step', 'forS'],
    start: { when: 'inMotion' },
    build: (values) => ({ kind: 'powerCut', ...momentOf(values), forMs: values.forS * 1000 }),
  },
  reboot: {
    icon: IconPower,
    fields: ['when', 'step'],
    start: { when: 'inMotion' },
    build: (values) => ({ kind: 'reboot', ...momentOf(values) }),
  },
  linkLoss: {
    icon: IconWifiOff,
    fields: ['forS'],
    start: { forS: 20 },
    build: ({ forS }) => ({ kind: 'linkLoss', forMs: forS * 1000 }),
  },
  messages: {
    icon: IconMessageX,
    fields: ['dropPct', 'duplicatePct', 'reorderWithin', 'delayMs'],
    start: {},
    build: ({ dropPct, duplicatePct, reorderWithin, delayMs }) => ({
      kind: 'messages',
      dropPct,
      duplicatePct,
      reorderWithin,
      delayMs,
    }),
  },
  overheat: {
    icon: IconFlame,
    fields: ['place', 'level'],
    start: {},
    build: ({ place, level }) => ({ kind: 'overheat', place, level }),
  },
  wrongPack: {
    icon: IconArrowsExchange2,
    fields: ['slot', 'withSlot'],
    start: {},
    build: ({ slot, withSlot }) => ({ kind: 'wrongPack', slot, withSlot }),
  },
  packMissing: { icon: IconBoxOff, fields: ['slot'], start: {}, build: ({ slot }) => ({ kind: 'packMissing', slot }) },
  dirtyLabel: {
    icon: IconBarcodeOff,
    fields: ['place'],
    start: {},
    build: ({ place }) => ({ kind: 'dirtyLabel', place }),
  },
  chargerFault: {
    icon: IconPlugOff,
    fields: ['slot'],
    start: {},
    build: ({ slot }) => ({ kind: 'chargerFault', slot }),
  },
  journalLoss: {
    icon: IconNotebookOff,
    fields: ['keep'],
    start: {},
    build: ({ keep }) => ({ kind: 'journalLoss', keep }),
  },
  newJournal: { icon: IconReplace, fields: [], start: {}, build: () => ({ kind: 'newJournal' }) },
};

export const faultGroups = {
  motion: ['stuck', 'slow', 'sensorLie', 'verifyFails'],
  people: ['emergencyStop', 'lightCurtain', 'driveOffEarly', 'consentWithdrawn', 'notReady'],
  powerAndLine: ['powerCut', 'reboot', 'linkLoss', 'messages'],
  packs: ['overheat', 'wrongPack', 'packMissing', 'dirtyLabel', 'chargerFault'],
  controller: ['journalLoss', 'newJournal'],
} as const satisfies Record<string, readonly SimFault['kind'][]>;
export type FaultGroup = keyof typeof faultGroups;

export const groupIcons: Readonly<Record<FaultGroup, Icon>> = {
  motion: IconLock,
  people: IconWalk,
  powerAndLine: IconBolt,
  packs: IconFlame,
  controller: IconAlertTriangle,
};

export const faultOf = (kind: SimFault['kind']): FaultDefinition => ({ kind, ...byKind[kind] });
