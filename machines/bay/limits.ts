import { formatCommandId } from '../../schema/wire/command-id.ts';
import type { Effect } from '../contract.ts';
import { commandHash } from '../hash.ts';
import { imageOf } from '../track/memory.ts';
import type { BayContext, PendingLimit } from './context.ts';
import type { BayArgs } from './machine.ts';

/** Indexes 0 and 1 of a step belong to the movers. */
const firstIndex = 2;
const mostAttempts = 3;

const paramsOf = ({ slot, powerW }: PendingLimit) => ({ slot, powerW });

/** A newer wish for the same slot replaces the older one. */
export function noteLimit({ context, event }: BayArgs): Partial<BayContext> {
  if (event.type !== 'limitWanted') return {};
  const others = context.limits.filter((limit) => limit.slot !== event.slot);
  return { limits: [...others, { slot: event.slot, powerW: event.powerW, id: null, attempts: 0 }] };
}

export function issueLimits({ context }: BayArgs): Partial<BayContext> {
  const { state, epoch, revision } = imageOf(context);
  let index = firstIndex;
  const limits = context.limits.map((limit): PendingLimit => {
    if (limit.id !== null) return limit;
    const id = formatCommandId({
      station: state.station,
      bay: context.bay,
      machine: 'bay',
      instance: 'main',
      decidedEpoch: epoch,
      version: revision,
      index,
    });
    index += 1;
    return { ...limit, id };
  });
  return { limits };
}

/** Those that were issued in this step: their ids carry its revision. */
export function sendLimits({ context }: BayArgs): Effect[] {
  const { epoch, revision, validity } = imageOf(context);
  const decided = `/${epoch}.${revision}.`;
  return context.limits.flatMap((limit): Effect[] => {
    if (!limit.id?.includes(decided)) return [];
    const params = paramsOf(limit);
    return [
      {
        kind: 'command',
        id: limit.id,
        hash: commandHash(context.bay, 'setChargeLimit', params),
        bay: context.bay,
        machine: 'bay',
        instance: 'main',
        swap: null,
        type: 'setChargeLimit',
        params,
        validity,
      },
    ];
  });
}

/** Done: forgotten. Not begun: sent anew. Failed too often: given up, with an alarm. */
export function noteLimitResult({ context, event }: BayArgs): Partial<BayContext> {
  if (event.type !== 'limitResult') return {};
  const limits = context.limits.flatMap((limit): PendingLimit[] => {
    if (limit.id !== event.id) return [limit];
    if (event.outcome === 'completed') return [];
    const attempts = limit.attempts + (event.outcome === 'expired' || event.outcome === 'cancelled' ? 0 : 1);
    return attempts < mostAttempts ? [{ ...limit, id: null, attempts }] : [];
  });
  return { limits };
}

export function limitFailed({ context, event }: BayArgs): Effect[] {
  if (event.type !== 'limitResult' || event.outcome === 'completed') return [];
  const limit = context.limits.find(({ id }) => id === event.id);
  if (!limit || limit.attempts + 1 < mostAttempts || event.outcome === 'expired' || event.outcome === 'cancelled')
    return [];
  const { slot, powerW } = limit;
  const place = slot === null ? null : `slot/${slot}`;
  const key = `limit/${slot ?? 'station'}`;
  const detail = `limit of ${powerW} W not taken: ${event.outcome}`;
  return [{ kind: 'raiseAlarm', key, level: 2, code: 'chargeLimit', bay: null, place, pack: null, detail }];
}
