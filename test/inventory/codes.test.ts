import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packCode } from '../../schema/wire/ids.ts';
import { cascadeCode, decodeBatteryCode } from '../../schema/wire/pack-code.ts';
import { judgeVin, vinCheckDigit } from '../../schema/wire/vin-check.ts';
import { packCodeOf, vinOf } from '../../station-sim/codes.ts';
import { createRandom } from '../../station-sim/random.ts';

describe('GB/T 34014 codes', () => {
  it('say maker, product, chemistry and day', () => {
    expect(decodeBatteryCode('X12MCPM27KLPCLX2M2382320')).toEqual({
      manufacturer: 'X12',
      product: 'module',
      type: 'LMO',
      specification: 'PM',
      traceability: '27KLPCL',
      madeOn: '2040-02-21',
      serial: '2382320',
      cascade: false,
    });
    expect(decodeBatteryCode('PLNPE50VC4SD0SE1R0000007')).toMatchObject({
      product: 'pack',
      type: 'NCM',
      madeOn: '2024-01-24',
    });
  });

  it('count years from 2011, and days past 9 in letters without I, O, Q and Z', () => {
    const made = (date: string) => decodeBatteryCode(`PLNPB50VC4SD0S${date}0000007`)?.madeOn;
    expect(made('111')).toBe('2011-01-01');
    expect(made('9C9')).toBe('2019-12-09');
    expect(made('ACA')).toBe('2020-12-10');
    expect(made('H1J')).toBe('2027-01-18');
    expect(made('J1N')).toBe('2028-01-22');
    expect(made('K1P')).toBe('2029-01-23');
    expect(made('E1Y')).toBe('2024-01-31');
    expect(made('E2Y')).toBeNull();
    for (const letter of 'IOQZ') expect(made(`E1${letter}`)).toBeUndefined();
  });

  it('of a cascade product have 19 characters, end in R and the product, and lack the traceability part', () => {
    const code = 'PLNPE50E1R0000007RP';
    expect(cascadeCode.safeParse(code).success).toBe(true);
    expect(decodeBatteryCode(code)).toMatchObject({
      cascade: true,
      traceability: null,
      madeOn: '2024-01-24',
      product: 'pack',
    });
    expect(cascadeCode.safeParse(code.slice(0, 18)).success).toBe(false);
    expect(cascadeCode.safeParse('PLNPE50E2Y0000007RP').success).toBe(false);
    expect(packCode.safeParse(code).success).toBe(false);
  });

  it('of every simulated pack can be read', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(9_999_999), (scope, serial) => {
        const code = packCodeOf(scope, serial);
        expect(packCode.safeParse(code).success).toBe(true);
        expect(decodeBatteryCode(code)).toMatchObject({ product: 'pack', serial: String(serial).padStart(7, '0') });
        expect(decodeBatteryCode(code)?.madeOn).not.toBeNull();
      }),
    );
  });

  it('that are nothing are null, and never an error', () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeBatteryCode(text)));
    for (const text of ['', 'PLNPE50', 'plnpe50vc4sd0se1r0000007']) expect(decodeBatteryCode(text)).toBeNull();
  });
});

describe('check digits of VINs', () => {
  it.each([
    ['1M8GDM9AXKP042788', 'X'],
    ['11111111111111111', '1'],
    ['1G1BL52P7TR115520', '7'],
    ['LVSHCAMB1CE054249', '1'],
    ['LFV2A21K6A3000000', '6'],
    ['LNBSCB3F6JD100001', '6'],
  ])('%s is sound', (vin, digit) => {
    expect(vinCheckDigit(vin)).toBe(digit);
    expect(judgeVin(vin)).toBe('ok');
  });

  it('are an error where China demands them, a warning elsewhere', () => {
    expect(vinCheckDigit('LSVNV133X22252761')).toBe('2');
    expect(judgeVin('LSVNV133X22252761')).toBe('error');
    expect(judgeVin('1M8GDM9A1KP042788')).toBe('warning');
  });

  it('find every wrong digit after the maker', () => {
    const vin = vinOf(createRandom('vins'), 7);
    expect(judgeVin(vin)).toBe('ok');
    for (let at = 11; at < 17; at += 1) {
      const wrong = vin.slice(0, at) + String((Number(vin[at]) + 1) % 10) + vin.slice(at + 1);
      expect(judgeVin(wrong), wrong).toBe('error');
    }
  });
});
