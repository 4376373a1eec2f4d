import { newIdempotencyKey } from '../../../../client/client.ts';
import { api, bodyOf } from '../../api/client.ts';
import type { Notice } from './notice.ts';

/** @param intent the key of one wish, kept for its retries */
export const acknowledge = ({ kind, id }: Notice, note: string, intent = newIdempotencyKey()): Promise<unknown> => {
  const request = { param: { id }, json: { note }, header: { 'idempotency-key': intent } };
  return kind === 'alarm'
    ? bodyOf(api.alarms[':id'].acknowledge.$post(request))
    : bodyOf(api.incidents[':id'].acknowledge.$post(request));
};

export const assign = (
  { kind, id }: Notice,
  to: string | null,
  note: string | null,
  intent = newIdempotencyKey(),
): Promise<unknown> => {
  const json = { to, ...(note === null ? {} : { note }) };
  const request = { param: { id }, json, header: { 'idempotency-key': intent } };
  return kind === 'alarm'
    ? bodyOf(api.alarms[':id'].assign.$post(request))
    : bodyOf(api.incidents[':id'].assign.$post(request));
};

export const close = ({ id }: Notice, note: string, intent = newIdempotencyKey()): Promise<unknown> =>
  bodyOf(api.incidents[':id'].close.$post({ param: { id }, json: { note }, header: { 'idempotency-key': intent } }));
