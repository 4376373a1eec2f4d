import type { FieldError } from '../../schema/wire/api/problem.ts';
import { ApiError } from '../api/problem.ts';
import type { Window } from './offers.ts';
import { reservationRules as rules } from './rules.ts';

const minutes = (ms: number) => `${ms / 60_000} minutes`;

/** The window of a request. @throws 422 when it is past, reversed, too long or too far ahead. */
export function windowOf(body: { from: string; to: string }, now: number): Window {
  const from = Date.parse(body.from);
  const to = Date.parse(body.to);
  const errors: FieldError[] = [];
  if (from < now - rules.skewMs) errors.push({ pointer: '/from', detail: 'must not be in the past' });
  if (to <= from) errors.push({ pointer: '/to', detail: 'must be after from' });
  else if (to <= now) errors.push({ pointer: '/to', detail: 'must not be in the past' });
  if (to - from > rules.longestWindowMs)
    errors.push({ pointer: '/to', detail: `must be at most ${minutes(rules.longestWindowMs)} after from` });
  if (to > now + rules.furthestAheadMs)
    errors.push({ pointer: '/to', detail: `must be at most ${minutes(rules.furthestAheadMs)} from now` });
  if (errors.length > 0) throw new ApiError('invalid-body', 'The window cannot be reserved.', { errors });
  return { from, to };
}
