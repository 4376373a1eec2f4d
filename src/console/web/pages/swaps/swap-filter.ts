import { swapState } from '../../../../../schema/wire/api/swap.ts';
import { packCode, stationId, swapId, vin } from '../../../../../schema/wire/ids.ts';

/** As it stands in the address: what is missing is not filtered by. Times as the field writes them, by Beijing's clock. */
export interface SwapFilter {
  vehicle?: string;
  pack?: string;
  station?: string;
  state?: string;
  from?: string;
  to?: string;
}

export const names = ['vehicle', 'pack', 'station', 'state', 'from', 'to'] as const;

const localTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;
const isTime = (text: string) => localTime.test(text) && !Number.isNaN(Date.parse(`${text}+08:00`));

const isRight: Readonly<Record<keyof SwapFilter, (text: string) => boolean>> = {
  vehicle: (text) => vin.safeParse(text).success,
  pack: (text) => packCode.safeParse(text).success,
  station: (text) => stationId.safeParse(text).success,
  state: (text) => swapState.safeParse(text).success,
  from: isTime,
  to: isTime,
};

export const isFilled = (name: keyof SwapFilter, text: string): boolean => isRight[name](text);

export const isSwapId = (text: string): boolean => swapId.safeParse(text).success;

/** What is well written of it, as the API asks for it; half a code is not asked for. */
export function queryOf(filter: SwapFilter): Partial<Record<keyof SwapFilter, string>> {
  const query: Partial<Record<keyof SwapFilter, string>> = {};
  for (const name of names) {
    const text = String(filter[name] ?? '');
    if (!isRight[name](text)) continue;
    query[name] = name === 'from' || name === 'to' ? new Date(`${text}+08:00`).toISOString() : text;
  }
  return query;
}
