import type { PackReading } from '../../schema/wire/sensors.ts';
import { packCodeOf } from '../codes.ts';
import { createRandom, type Random } from '../random.ts';
import type { Pack } from './model.ts';

export const ambientC = 22;
/** Time constants of a pack giving off heat: liquid-cooled in a slot, still air elsewhere. */
const coolInSlotMs = 15 * 60_000;
const coolElsewhereMs = 90 * 60_000;
const nominalAh = 150;

export const packModel = 'PLN-E50';
/** What its maker says it holds. */
export const ratedWh = 55_000;
/** From new to 80 % of rated in so many full cycles at 30 °C. */
const cyclesToTired = 1_500;
const usualC = 30;

/** A used pack of the fleet: 50 to 55 kWh usable when new, aged to 84-99 % SOH. */
export function createPack(scope: string, serial: number, random: Random, socPct: number): Pack {
  const sohPct = random.between(84, 99);
  const capacityWh = Math.round(random.between(53_500, 56_000) * (0.6 + 0.4 * (sohPct / 100)));
  const code = packCodeOf(scope, serial);
  return {
    code,
    model: packModel,
    firmware: '2.4.1',
    capacityWh,
    energyWh: (capacityWh * socPct) / 100,
    sohPct,
    ...hidden(code, capacityWh),
    cellC: ambientC + random.between(0, 3),
    cellAtMs: 0,
    spreadMv: random.between(6, 22),
    throughputAh: Math.round((100 - sohPct) * 9_000 + random.between(0, 2_000)),
    hot: 0,
    smoke: null,
    label: 'clean',
    place: null,
  };
}

/** What nobody sees of a pack. Drawn from its code alone, so that a world stored before there was such a thing has it too. */
export function hidden(code: string, capacityWh: number): Pick<Pack, 'socOffset' | 'resistanceMohm'> {
  const random = createRandom(`hidden/${code}`);
  const worn = Math.max(0, 1 - capacityWh / ratedWh);
  return { socOffset: random.between(-2.5, 2.5), resistanceMohm: random.between(66, 74) * (1 + 3 * worn) };
}

/** The true state of health, 1 = rated. */
export const trueHealth = (pack: Pick<Pack, 'capacityWh'>): number => pack.capacityWh / ratedWh;

/** Charge going in or out wears the pack: a full cycle goes through it twice. Twice as fast each 15 K above the usual. */
function wear(pack: Pack, ah: number): void {
  const heat = 2 ** (Math.max(0, pack.cellC - usualC) / 15);
  const part = ((0.2 / (2 * cyclesToTired)) * heat * ah) / nominalAh;
  pack.capacityWh = Math.max(0.3 * ratedWh, pack.capacityWh - part * ratedWh);
  pack.energyWh = Math.min(pack.energyWh, pack.capacityWh);
  pack.resistanceMohm *= 1 + 4 * part;
}

export function socOf(pack: Pack): number {
  return Math.min(100, Math.max(0, (100 * pack.energyWh) / pack.capacityWh));
}

/** Lets the pack cool (or warm) towards the surroundings up to now. */
export function settleHeat(pack: Pack, equipMs: number): void {
  const elapsed = equipMs - pack.cellAtMs;
  if (elapsed <= 0) return;
  pack.cellAtMs = equipMs;
  if (pack.hot !== 0) return;
  const constant = pack.place?.startsWith('slot/') ? coolInSlotMs : coolElsewhereMs;
  pack.cellC = ambientC + (pack.cellC - ambientC) * Math.exp(-elapsed / constant);
}

/** Open-circuit voltage over state of charge (0 to 1), V. */
export const openVoltage = (soc: number): number => 322 + 60 * soc;

/** Adds charge energy and its Ah. */
export function addCharge(pack: Pack, energyWh: number): void {
  pack.energyWh = Math.min(pack.capacityWh, pack.energyWh + energyWh);
  const ah = energyWh / openVoltage(socOf(pack) / 100);
  pack.throughputAh += ah;
  wear(pack, ah);
}

/** Drives the pack down to a SOC: what a taxi does between two visits. Gives the energy used, Wh. */
export function drainTo(pack: Pack, socPct: number, equipMs: number, random: Random): number {
  const target = (pack.capacityWh * socPct) / 100;
  const used = Math.max(0, pack.energyWh - target);
  pack.energyWh -= used;
  const ah = used / openVoltage(0.5);
  pack.throughputAh += ah;
  wear(pack, ah);
  pack.sohPct = Math.max(60, pack.sohPct - (20 * (ah / nominalAh)) / 3_000);
  pack.cellC = random.between(28, 37);
  pack.cellAtMs = equipMs;
  return used;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function bmsSoc(pack: Pack): number {
  const soc = socOf(pack);
  return Math.min(100, Math.max(0, soc + pack.socOffset * Math.max(0, 1 - soc / 90)));
}

/** What the BMS says at a hand-over. */
export function readBms(pack: Pack, equipMs: number): PackReading {
  settleHeat(pack, equipMs);
  return {
    socPct: round(bmsSoc(pack), 2),
    sohPct: round(pack.sohPct, 2),
    energyWh: Math.round(pack.energyWh),
    maxCellC: round(pack.cellC, 1),
    cellSpreadMv: round(pack.spreadMv, 1),
    throughputAh: round(pack.throughputAh, 1),
    resistanceMohm: round(pack.resistanceMohm, 1),
    firmware: pack.firmware,
    model: pack.model,
  };
}
