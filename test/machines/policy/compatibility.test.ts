import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  incompatibilityOf,
  type ModelFacts,
  type PackTraits,
  type VehicleTraits,
} from '../../../machines/policy/compatibility.ts';

const model: ModelFacts = {
  mechanicalInterface: 'frame-a',
  electricalInterface: 'plug-400',
  firmwareFrom: null,
  firmwareTo: null,
  vehicleFirmwareFrom: null,
};
const pack: PackTraits = { model: 'PLN-E50', firmware: '2.4.1', modelFacts: model };
const car: VehicleTraits = { models: [], firmwares: [], firmware: '7.0' };

describe('compatibility', () => {
  it('of an unknown car, and of a model nobody has described, is presumed', () => {
    expect(incompatibilityOf(pack, undefined)).toBeNull();
    expect(incompatibilityOf({ ...pack, modelFacts: null }, { ...car, mechanicalInterfaces: ['frame-b'] })).toBeNull();
    expect(incompatibilityOf({ model: '', firmware: '' }, car)).toBeNull();
  });

  it.each([
    ['model', {}, { models: ['PLN-E60'] }],
    ['mechanicalInterface', {}, { mechanicalInterfaces: ['frame-b'] }],
    ['electricalInterface', {}, { electricalInterfaces: ['plug-800'] }],
    ['packFirmware', {}, { firmwares: ['2.5.0'] }],
    ['packFirmware', { firmwareFrom: '2.4.2' }, {}],
    ['packFirmware', { firmwareTo: '2.4' }, {}],
    ['vehicleFirmware', { vehicleFirmwareFrom: '7.1' }, {}],
    [null, { firmwareFrom: '2.4.1', firmwareTo: '2.4.1', vehicleFirmwareFrom: '7.0' }, { firmwares: ['2.4.1', '3'] }],
  ] as const)('ends at %s', (why, ofModel, ofCar) => {
    expect(incompatibilityOf({ ...pack, modelFacts: { ...model, ...ofModel } }, { ...car, ...ofCar })).toBe(why);
  });

  it('is denied where something is demanded and not known', () => {
    expect(incompatibilityOf({ ...pack, firmware: '' }, { ...car, firmwares: ['2.4.1'] })).toBe('packFirmware');
    const demanding = { ...pack, modelFacts: { ...model, vehicleFirmwareFrom: '1' } };
    expect(incompatibilityOf(demanding, { ...car, firmware: null })).toBe('vehicleFirmware');
    expect(incompatibilityOf({ ...demanding, firmware: '', modelFacts: { ...model, firmwareFrom: '1' } }, car)).toBe(
      'packFirmware',
    );
  });
});

describe('versions', () => {
  it('are ordered as people read them', () => {
    const ascending = ['1', '2.4', '2.4.rc', '2.4.1', '2.9', '2.10', 'v2.10.1', 'bms-4.1.0', '10'];
    for (const [at, one] of ascending.entries())
      for (const other of ascending.slice(at + 1))
        expect(compareVersions(one, other), `${one} ${other}`).toBeLessThan(0);
    expect(compareVersions('bms-4.1.0', '4.1.0')).toBe(0);
    expect(compareVersions('2.04', '2.4')).toBe(0);
  });

  it('have one order', () => {
    const version = fc
      .array(fc.oneof(fc.nat(12).map(String), fc.constantFrom('rc', 'b')), { maxLength: 4 })
      .map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
