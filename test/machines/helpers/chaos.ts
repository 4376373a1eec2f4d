import type { Effect, StationInput, StationState, StepContext } from '../../../machines/contract.ts';
import { stepStation } from '../../../machines/step-station.ts';
import type { StationRecord } from '../../../schema/wire/uplink.ts';
import { type Move, places } from './moves.ts';
import { restingSensors } from './plc.ts';
import { createWorld, station, vinOf } from './world.ts';

/** A station that may say anything: what an honest one never would, too. */
export function createChaos() {
  const world = createWorld({ slots: 3, packs: 3 });
  world.hello();
  let state: StationState = world.state;
  let now = world.now;
  let seq = 1000;
  const effects: Effect[] = [];
  const timers = new Map<string, Extract<Effect, { kind: 'armTimer' }>>();

  const commands = () => effects.flatMap((effect) => (effect.kind === 'command' ? [effect] : []));
  const recordOf = (type: string, body: unknown): StationInput => {
    seq += 1;
    const head = { v: 1 as const, station, journalId: 'j', kind: 'record' as const, seq, boot: 1, atMs: now };
    return { source: 'record', record: { ...head, type, body } as StationRecord, occurredAt: now };
  };

  function inputOf(each: Move): StationInput | null {
    switch (each.do) {
      case 'record':
        return recordOf(each.type, each.body);
      case 'result': {
        const command = commands().at(-1 - each.nth);
        if (!command) return null;
        const { outcome, reason } = each;
        const read = each.other ? each.sensors : restingSensors;
        return recordOf('commandResult', {
          id: command.id,
          hash: command.hash,
          outcome,
          reason,
          detail: null,
          durationMs: 1,
          sensors: read,
        });
      }
      case 'read': {
        const commandId = each.nth === null ? null : (commands().at(-1 - each.nth)?.id ?? null);
        return recordOf('packRead', { place: each.place, code: each.code, commandId, reading: { socPct: 95 } });
      }
      case 'hello':
        return helloOf(each);
      case 'timer': {
        const timer = [...timers.values()].at(each.nth % Math.max(1, timers.size));
        if (!timer) return null;
        const { machine, instance, sendId, token } = timer;
        return { source: 'timer', bay: '1', machine, instance, sendId, token: each.stale ? `${token}x` : token };
      }
      case 'action': {
        const packs = Object.keys(state.packs).map((code, index) => ({
          code,
          place: index === 0 ? each.place : 'unknown',
        }));
        const resolution = { outcome: 'completed' as const, packs };
        return {
          source: 'action',
          request: { bay: '1', action: each.action as 'hold', reason: 'x', by: 'p', pack: each.pack, resolution },
        };
      }
      case 'link':
        return { source: 'link', up: false };
      case 'facts': {
        const facts = state.packs[each.pack];
        if (facts) state = { ...state, packs: { ...state.packs, [each.pack]: { ...facts, status: each.status } } };
        return { source: 'facts', bay: '1' };
      }
      case 'gap':
        return { source: 'gap', reason: 'skipped', detail: 'x' };
      case 'reservation':
        return {
          source: 'reservation',
          bay: '1',
          reservation: 'r',
          vin: vinOf(1),
          pack: each.pack,
          arrivesAt: now + 60_000,
          state: each.state,
        };
    }
  }

  function helloOf({ sensors: read, places: codes, safety, car }: Extract<Move, { do: 'hello' }>): StationInput {
    const body = world.helloBody();
    const [own] = body.bays;
    if (!own) throw new Error('no bay');
    const seen = new Set<string>();
    // A reader reads each pack once.
    const once = places.map((_, index) => {
      const code = codes[index] ?? null;
      if (code === null || seen.has(code)) return null;
      seen.add(code);
      return code;
    });
    const at = (place: string) => once[places.indexOf(place)] ?? null;
    const hello = {
      ...body,
      bays: [
        {
          ...own,
          sensors: read,
          safety: safety as 'ready',
          vehicle: car as typeof own.vehicle,
          active: [],
          places: own.places.map(({ place }) => ({ place, code: at(place) })),
        },
      ],
      slots: body.slots.map((slot) => ({ ...slot, code: at(`slot/${slot.slot}`) })),
      isolation: body.isolation.map(({ place }) => ({ place, code: at(place) })),
    };
    return { source: 'hello', hello, boot: 1, occurredAt: now };
  }

  return {
    effects,
    get state() {
      return state;
    },
    make(each: Move) {
      now += 1000;
      const input = inputOf(each);
      if (!input) return null;
      const context: StepContext = { now, epoch: 1, beat: 1, validBeats: 20 };
      const before = state;
      const step = stepStation(before, input, context);
      state = step.state;
      effects.push(...step.effects);
      for (const effect of step.effects) {
        if (effect.kind === 'armTimer') timers.set(`${effect.instance} ${effect.sendId}`, effect);
        if (effect.kind === 'cancelTimer') timers.delete(`${effect.instance} ${effect.sendId}`);
      }
      return { before, input, context, step };
    },
  };
}
