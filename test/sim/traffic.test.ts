import { beforeAll, describe, expect, it } from 'vitest';
import { packCode, vin as vinShape } from '../../schema/wire/ids.ts';
import { packCodeOf, vinCheckDigit, vinOf } from '../../station-sim/codes.ts';
import { createRandom } from '../../station-sim/random.ts';
import { createSimStation, type SimStation } from '../../station-sim/sim-station.ts';
import { drawSize } from '../../station-sim/sizes.ts';
import { arrivalSoc } from '../../station-sim/traffic/arrivals.ts';
import { weightAt } from '../../station-sim/traffic/rhythm.ts';
import { createDriver } from './driver.ts';
import { createKit } from './kit.ts';

const hourMs = 3_600_000;
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('codes', () => {
  it('are well formed, and different in different stations', () => {
    const random = createRandom('vins');
    for (let serial = 1; serial <= 300; serial += 1) {
      const vin = vinShape.parse(vinOf(random, serial));
      expect(vinCheckDigit(vin)).toBe(vin[8]);
      packCode.parse(packCodeOf('bj-001', serial));
    }
    const codes = ['bj-001', 'bj-002', 'bj-003'].map((station) => packCodeOf(station, 1));
    expect(new Set(codes.map((code) => code.slice(0, 14))).size).toBe(3);
  });

  it('have the check digits of known VINs', () => {
    const known = [
      '1M8GDM9AXKP042788',
      '11111111111111111',
      '1G1BL52P7TR115520',
      'LVSHCAMB1CE054249',
      'LFV2A21K6A3000000',
    ];
    for (const vin of known) expect(vinCheckDigit(vin)).toBe(vin[8]);
  });
});

describe('a fleet that is all there is', () => {
  it('comes and comes again, and nobody else', () => {
    const vins = [1, 2, 3].map((serial) => vinOf(createRandom('fleet'), serial));
    const startWallMs = Date.parse('2026-08-05T08:00:00Z');
    const station = createSimStation({
      id: 'bj-001',
      seed: 'fleet',
      traffic: 'flat',
      taxis: vins,
      startWallMs,
      keepPhysical: 10_000,
    });
    const driver = createDriver(station);
    station.connected(startWallMs);
    driver.runTo(startWallMs + hourMs / 2);
    const came = station.physical
      .entries()
      .flatMap((entry) => (entry.kind === 'vehicle' && entry.to === 'entering' ? [entry.vin] : []));
    expect(new Set(came)).toEqual(new Set(vins));
    expect(came.length).toBeGreaterThan(3);
  });
});

describe('taxis in a rhythm', () => {
  const startWallMs = Date.parse('2026-08-05T16:00:00Z');
  const day = () => {
    const station = createSimStation({
      id: 'bj-001',
      seed: 'rhythm',
      traffic: 'rhythm',
      arrivalsPerDay: 420,
      startWallMs,
      heartbeat: false,
      telemetryEveryS: 0,
      keepPhysical: 1_000_000,
    });
    const driver = createDriver(station);
    station.connected(startWallMs);
    driver.runTo(startWallMs + 48 * hourMs);
    return station;
  };
  let station: SimStation;
  beforeAll(() => {
    station = day();
  });

  it('come as often as told, most of them when a city rides taxis', () => {
    const { arrivals, turnedAway } = station.stats();
    expect(arrivals + turnedAway).toBeGreaterThan(0.9 * 2 * 420);
    expect(arrivals + turnedAway).toBeLessThan(1.25 * 2 * 420);
    const entries = station.physical.entries();
    const stops = entries.flatMap((entry) =>
      entry.kind === 'vehicle' && entry.to === 'inPosition' ? [entry.wallMs] : [],
    );
    const within = (from: number, to: number) =>
      stops.filter((at) => {
        const hour = ((at - startWallMs) / hourMs) % 24;
        return hour >= from && hour < to;
      }).length;
    expect(within(18, 20)).toBeGreaterThan(2 * within(4, 6));
  });

  it('leave with a full pack', () => {
    const swaps = station.physical.entries().flatMap((entry) => (entry.kind === 'swap' ? [entry] : []));
    expect(swaps.length).toBeGreaterThan(700);
    expect(Math.min(...swaps.map((swap) => swap.outSocPct ?? 0))).toBeGreaterThanOrEqual(90);
  });

  it('come back with the pack they got, and no pack is ever in two places', () => {
    const vins = station.physical.entries().flatMap((entry) => (entry.kind === 'swap' ? [entry.vin] : []));
    expect(new Set(vins).size).toBeLessThan(vins.length);
    const places = [...station.physicalPlaces().values()];
    expect(new Set(places).size).toBe(station.core.world.packs.size);
  });
});

describe('the rhythm', () => {
  it('has the mean of one over a week', () => {
    const monday = Date.UTC(2026, 7, 3);
    const week = Array.from({ length: 7 * 48 }, (_, half) => weightAt(monday + half * 1_800_000));
    expect(mean(week)).toBeCloseTo(1, 1);
  });
});

describe('a taxi on demand', () => {
  it('comes with the SOC and the number plate that were asked for', () => {
    const kit = createKit();
    const vin = vinOf(createRandom('plate'), 7);
    kit.control({ type: 'taxi', bay: null, vin, socPct: 13 });
    kit.run(30_000);
    expect(kit.bodies('vehicleInPosition')[0]?.vehicle).toMatchObject({ vin, socPct: 13 });
    expect(() => kit.control({ type: 'taxi', bay: null, vin, socPct: 13 })).toThrow(/here already/);
  });

  it('draws its SOC from the stated distribution otherwise', () => {
    const kit = createKit();
    for (let i = 0; i < 300; i += 1) kit.control({ type: 'taxi', bay: null, vin: null, socPct: null });
    const { packs, taxis, at } = kit.station.core.world;
    const socs = [...taxis.keys()].map((vin) => {
      const pack = packs.get(at.get(`vehicle/${vin}`) ?? '');
      return pack ? (100 * pack.energyWh) / pack.capacityWh : Number.NaN;
    });
    expect(mean(socs)).toBeGreaterThan(arrivalSoc.meanPct - 2);
    expect(mean(socs)).toBeLessThan(arrivalSoc.meanPct + 2);
    expect(Math.min(...socs)).toBeGreaterThanOrEqual(arrivalSoc.leastPct - 0.01);
    expect(Math.max(...socs)).toBeLessThanOrEqual(arrivalSoc.mostPct + 0.01);
  });
});

describe('sizes', () => {
  it('are drawn as those of real stations: 5 to 17 slots, about 11', () => {
    const sizes = Array.from({ length: 500 }, (_, i) => drawSize('sizes', `s-${i}`));
    const slots = sizes.map((size) => size.slots);
    expect(Math.min(...slots)).toBe(5);
    expect(Math.max(...slots)).toBe(17);
    expect(mean(slots)).toBeGreaterThan(10);
    expect(mean(slots)).toBeLessThan(12);
  });
});
