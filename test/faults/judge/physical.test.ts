import { describe, expect, it } from 'vitest';
import type { PhysicalEntry, PhysicalFact } from '../../../station-sim/journal/physical.ts';
import { createStationReplay, type StationReplay } from './physical.ts';

const oldPack = 'PLNPE50AAAAAAAE110000001';
const newPack = 'PLNPE50AAAAAAAE110000002';
const vin = 'LPT000000S0000001';

/** Facts in a row, as the simulator would number them. */
function replayOf(...facts: PhysicalFact[]): StationReplay {
  const replay = createStationReplay('bj-001');
  for (const [index, fact] of facts.entries()) {
    const head = { n: index + 1, station: 'bj-001', equipMs: index, wallMs: index, boot: 1 };
    replay.take({ ...head, ...fact } as PhysicalEntry);
  }
  return replay;
}

const device = (name: string, from: string, to: string, commandId: string | null = null) =>
  ({ kind: 'device', bay: '1', device: name, from, to, commandId }) as PhysicalFact;
const motion = (name: string, ...inside: PhysicalFact[]): PhysicalFact[] => [
  { kind: 'motion', phase: 'begin', bay: '1', motion: name, commandId: `id-${name}` },
  ...inside,
  { kind: 'motion', phase: 'end', bay: '1', motion: name, commandId: `id-${name}` },
];
const pack = (code: string, from: string | null, to: string | null): PhysicalFact => ({
  kind: 'pack',
  pack: code,
  from,
  to,
  commandId: null,
});
const vehicle = (to: 'entering' | 'inPosition' | 'leaving' | 'gone'): PhysicalFact => ({
  kind: 'vehicle',
  bay: '1',
  vin,
  to,
});

const carOnStops = [
  pack(oldPack, null, `vehicle/${vin}`),
  pack(newPack, null, 'slot/1'),
  vehicle('entering'),
  device('packLock', 'noPack', 'locked'),
  vehicle('inPosition'),
];
const lifted = [
  ...carOnStops,
  ...motion('positionAndClamp', device('clamps', 'open', 'closed', 'id-positionAndClamp')),
  ...motion('liftVehicle', device('vehicleLift', 'down', 'up', 'id-liftVehicle')),
];
const unlocked = [
  ...lifted,
  ...motion(
    'unlockPack',
    device('packLift', 'down', 'up', 'id-unlockPack'),
    device('packLock', 'locked', 'unlocked', 'id-unlockPack'),
  ),
];

describe('the replay of a physical journal', () => {
  it('finds nothing wrong with a legal beginning, and knows where each pack is', () => {
    const replay = replayOf(...unlocked);
    expect(replay.violations).toEqual([]);
    expect(Object.fromEntries(replay.packs)).toEqual({
      [oldPack]: `vehicle/${vin}`,
      [newPack]: 'bj-001/slot/1',
    });
    expect(replay.counts).toMatchObject({ motions: 3, packMoves: 2 });
  });

  it.each<[string, PhysicalFact[], RegExp]>([
    ['a lift of a lifted car', [...lifted, ...motion('liftVehicle')], /vehicleLift is up already/],
    ['an unlock of an unlocked pack', [...unlocked, ...motion('unlockPack')], /packLock must be locked/],
    ['a clamp without a car', motion('positionAndClamp'), /no car on the stops/],
    ['a command that moves twice', [...carOnStops, ...motion('authorise'), ...motion('authorise')], /moved 2 times/],
    ['two packs in one place', [...carOnStops, pack(oldPack, `vehicle/${vin}`, 'slot/1')], /where .* is/],
    ['a pack that jumps', [...carOnStops, pack(newPack, 'slot/9', 'slot/8')], /was at bj-001\/slot\/1/],
    ['a pack moved by nothing', [...unlocked, pack(newPack, 'slot/1', 'slot/2')], /moved without a motion/],
    ['a car driving off lifted', [...lifted, vehicle('leaving')], /vehicleLift must be down/],
    [
      'lowering a car with an open pack',
      [...unlocked, ...motion('lowerVehicle')],
      /lowerVehicle: packLock must be locked/,
    ],
    [
      'two motions of one mover at once',
      [
        ...carOnStops,
        { kind: 'motion', phase: 'begin', bay: '1', motion: 'authorise', commandId: 'a' },
        ...motion('positionAndClamp'),
      ],
      /while the 1\/robot does authorise/,
    ],
    ['a device that jumps', [...lifted, device('clamps', 'between', 'open')], /clamps was closed, not between/],
    [
      'clamps opened under a lifted car',
      [...lifted, ...motion('release', device('clamps', 'closed', 'open', 'id-release'))],
      /vehicleLift must be down/,
    ],
  ])('catches %s', (_name, facts, says) => {
    expect(replayOf(...facts).violations.join('\n')).toMatch(says);
  });

  it('lets a person move packs by hand', () => {
    const replay = replayOf(...unlocked, { kind: 'hand', what: 'repair' }, pack(newPack, 'slot/1', 'slot/2'));
    expect(replay.violations).toEqual([]);
  });

  it('catches a missing entry', () => {
    const replay = createStationReplay('bj-001');
    replay.take({ n: 2, station: 'bj-001', equipMs: 0, wallMs: 0, boot: 1, ...vehicle('entering') } as PhysicalEntry);
    expect(replay.violations).toHaveLength(1);
  });
});
