import type { StoredMachine } from '../contract.ts';
import type { Transitioned } from '../runtime/runner.ts';
import { decode, encodeLater, type Live } from '../runtime/stored.ts';
import type { LeaseContext, LeaseInput } from './context.ts';
import type { LeaseEffect, LeaseEvent, TimedLeaseEvent } from './events.ts';
import { leaseRunner } from './machine.ts';
import { leaseMigrations } from './migrations.ts';
import { type LeaseRefusal, refusalOf } from './refusal.ts';

export const leaseStates = ['quoted', 'active', 'suspended', 'inArrears', 'ending', 'ended', 'disputed'] as const;
export type LeaseState = (typeof leaseStates)[number];

export interface LeaseStep {
  stored: StoredMachine;
  state: LeaseState;
  effects: LeaseEffect[];
  /** Why it was not taken; then nothing has changed. `wrongState`: in this state it means nothing. */
  refusal: LeaseRefusal | 'wrongState' | null;
}

const stepOf = ({ snapshot, actions }: Transitioned, refusal: LeaseStep['refusal']): LeaseStep => ({
  stored: encodeLater(leaseRunner, { snapshot, timers: {} }),
  state: stateOf(snapshot.value),
  effects: actions.flatMap(({ produce }) => (produce ? (produce() as LeaseEffect[]) : [])),
  refusal,
});

/** A new quote. */
export const newLease = (input: LeaseInput): LeaseStep => stepOf(leaseRunner.initial(input), null);

/**
 * The only way into the lease. Pure: the same arguments give the same answer. What the time alone has made due comes first: a last day that is over
 * is over for whatever is asked now, and a plan that was to begin has begun.
 */
export function stepLease(stored: StoredMachine, event: LeaseEvent, now: number): LeaseStep {
  const first = event.type === 'clock' ? null : advance(stored, { type: 'clock' }, now);
  if (first === null || first.refusal !== null) return advance(stored, event, now);
  const second = advance(first.stored, event, now);
  if (second.refusal !== null) return { stored, state: stateIn(stored), effects: [], refusal: second.refusal };
  return { ...second, effects: folded([...first.effects, ...second.effects]) };
}

/** Of several effects of a kind the last holds; what is recorded stays. */
const folded = (effects: readonly LeaseEffect[]): LeaseEffect[] =>
  effects.filter(
    ({ kind }, at) => kind === 'recordLeaseEvent' || effects.findLastIndex((each) => each.kind === kind) === at,
  );

function advance(stored: StoredMachine, event: LeaseEvent, now: number): LeaseStep {
  const { snapshot } = liveLease(stored);
  const timed: TimedLeaseEvent = { ...event, now };
  const next = leaseRunner.transition(snapshot, timed);
  if (next.snapshot !== snapshot || next.actions.length > 0) return stepOf(next, null);
  const state = stateOf(snapshot.value);
  const refusal = isMeant(state, event) ? refusalOf(contextOf(snapshot), timed) : null;
  return { stored, state, effects: [], refusal: refusal ?? 'wrongState' };
}

const isBeginning = ({ type }: LeaseEvent): boolean => type === 'activate' || type === 'withdraw';
const isMeant = (state: LeaseState, event: LeaseEvent): boolean =>
  state !== 'ended' && isBeginning(event) === (state === 'quoted');

const liveLease = (stored: StoredMachine): Live => decode(leaseRunner, leaseMigrations, stored);

const stateIn = (stored: StoredMachine): LeaseState => stateOf(liveLease(stored).snapshot.value);

const contextOf = (snapshot: Live['snapshot']): LeaseContext => snapshot.context as LeaseContext;

export const leaseContextOf = (stored: StoredMachine): LeaseContext => contextOf(liveLease(stored).snapshot);

/** `running(inArrears(grace))` is in arrears: what is inside says only whether the swap is stopped. */
function stateOf(value: unknown): LeaseState {
  const inner = typeof value === 'string' ? value : (value as { running: unknown }).running;
  const name = typeof inner === 'string' ? inner : Object.keys(inner as object)[0];
  return leaseStates.find((state) => state === name) ?? 'ended';
}
