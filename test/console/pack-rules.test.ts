import { describe, expect, test } from 'vitest';
import { packStatus } from '../../schema/wire/api/battery.ts';
import type { MovementTarget } from '../../schema/wire/api/movement.ts';
import {
  hindranceOf,
  statusesFor,
  type Target,
  targets,
  targetsFor,
} from '../../src/console/web/pages/battery/pack-rules.ts';
import { movementRefusal, placeOf } from '../../src/inventory/movement-rules.ts';

const bodies: Readonly<Record<Target, MovementTarget>> = {
  slot: { kind: 'slot', station: 'bj-001', slot: 3 },
  isolation: { kind: 'isolation', station: 'bj-001', box: 1 },
  vehicle: { kind: 'vehicle', vin: 'LPTBE25A9SA100039' },
  truck: { kind: 'truck' },
  workshop: { kind: 'workshop', name: 'shunyi' },
  delivery: { kind: 'delivery' },
  secondLifeSite: { kind: 'secondLifeSite', name: 'depot-1' },
};

const refusalOf = (status: (typeof packStatus.options)[number], target: Target) =>
  movementRefusal(
    {
      pack: { status, reservedBy: null, since: 0, inOpenSwap: false, commanded: false },
      from: { kind: 'truck', place: 'truck/A-1', station: null },
      to: placeOf(bodies[target]),
      type: { slots: 60, isolationBoxes: 2 } as never,
      occupant: null,
      slot: null,
      vehicleKnown: true,
      asset: null,
    },
    bodies[target],
  );

describe('what the page of a pack offers', () => {
  test.for(packStatus.options)('a pack that is %s goes where the service lets it, and nowhere else', (status) => {
    const taken = targets.filter((target) => refusalOf(status, target) === null);
    expect(targetsFor('staff', status)).toEqual(taken);
  });

  test('is nothing for who only looks', () => {
    for (const role of ['owner', 'regulator', 'fleet']) {
      expect(targetsFor(role, 'inService')).toEqual([]);
      expect(statusesFor(role, 'inService')).toEqual([]);
    }
    expect(statusesFor('staff', 'inService')).toEqual([]);
    expect(statusesFor('maintenance', 'quarantined')).toContain('inService');
  });

  test('is nothing while machines, a promise or its work have it', () => {
    const at = (kind: 'lift' | 'truck') => ({ kind, place: kind, station: null, since: '2026-05-01T00:00:00.000Z' });
    const pack = { status: 'inService', reservedBy: null, place: at('truck') } as const;
    expect(hindranceOf({ pack, assetState: null })).toBeNull();
    expect(hindranceOf({ pack: { ...pack, place: at('lift') }, assetState: null })).toBe('machines');
    expect(hindranceOf({ pack: { ...pack, reservedBy: 'bj-001.1.1' }, assetState: null })).toBe('reserved');
    expect(hindranceOf({ pack: { ...pack, status: 'secondLife' }, assetState: 'commissioned' })).toBe('works');
  });
});
