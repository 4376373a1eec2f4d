import type { PackReading } from '../../../schema/wire/sensors.ts';
import { demoModel } from '../fleets.ts';

/** A pack of the past. Energy in and out is counted as its BMS would, so that bills and states of health follow from readings that agree. */
export interface PastPack {
  code: string;
  sohPct: number;
  energyWh: number;
  throughputAh: number;
}

const capacityWh = ({ sohPct }: PastPack): number => (demoModel.nominalWh * sohPct) / 100;
/** Of the BMS. */
const packFirmware = '2.4.1';
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export function newPack(code: string, sohPct: number): PastPack {
  const pack = { code, sohPct, energyWh: 0, throughputAh: Math.round((100 - sohPct) * 9_000) };
  pack.energyWh = capacityWh(pack);
  return pack;
}

/** Energy from here to a state of charge, Wh. */
export const energyTo = (pack: PastPack, socPct: number): number =>
  Math.abs((capacityWh(pack) * socPct) / 100 - pack.energyWh);

/** Charges or drives the pack to a state of charge. */
export function bringTo(pack: PastPack, socPct: number): void {
  pack.throughputAh += energyTo(pack, socPct) / demoModel.nominalV;
  pack.energyWh = (capacityWh(pack) * socPct) / 100;
}

export const readingOf = (pack: PastPack): PackReading => ({
  socPct: round((100 * pack.energyWh) / capacityWh(pack), 2),
  sohPct: pack.sohPct,
  energyWh: Math.round(pack.energyWh),
  maxCellC: 29.5,
  cellSpreadMv: round(8 + (100 - pack.sohPct) / 2, 1),
  throughputAh: round(pack.throughputAh, 1),
  resistanceMohm: round(70 * (1 + (3 * (100 - pack.sohPct)) / 100), 1),
  firmware: packFirmware,
  model: demoModel.id,
});
