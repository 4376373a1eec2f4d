import type { EventBody } from '../../schema/wire/events.ts';
import type { EndedCharge, MeterReading } from './charge-cost.ts';
import type { LogLine } from './swap-log.ts';

/** Reads the ended charges of one station out of its log. `charge` is `station/eventN`. */
export function createChargeReader(station: string) {
  const last = new Map<number, MeterReading>();
  return {
    take({ n, source, type, body, occurredAt }: LogLine & { n: number }): EndedCharge | null {
      if (source !== 'record' || (type !== 'chargeStarted' && type !== 'chargeEnded')) return null;
      const { slot, pack, registerWh, reading } = body as EventBody<'chargeStarted' | 'chargeEnded'>;
      const phase = type === 'chargeStarted' ? 'started' : 'ended';
      const now: MeterReading = { pack, phase, registerWh, reading, at: occurredAt };
      const before = last.get(slot) ?? null;
      last.set(slot, now);
      return phase === 'ended' ? { charge: `${station}/${n}`, station, slot, end: now, before } : null;
    },
  };
}
