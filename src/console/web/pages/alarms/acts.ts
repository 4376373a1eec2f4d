import { api, bodyOf } from '../../api/client.ts';
import type { IntentHeader } from '../../parts/use-intent.ts';
import type { Notice } from './notice.ts';

export const acknowledge = (header: IntentHeader, { kind, id }: Notice, note: string): Promise<unknown> => {
  const request = { param: { id }, json: { note }, header };
  if (kind === 'siteAlarm') return bodyOf(api['second-life-alarms'][':id'].acknowledge.$post(request));
  return kind === 'alarm'
    ? bodyOf(api.alarms[':id'].acknowledge.$post(request))
    : bodyOf(api.incidents[':id'].acknowledge.$post(request));
};

export const assign = (
  header: IntentHeader,
  { kind, id }: Notice,
  { to, note }: { to: string | null; note: string | null },
): Promise<unknown> => {
  const request = { param: { id }, json: { to, ...(note === null ? {} : { note }) }, header };
  if (kind === 'siteAlarm') return bodyOf(api['second-life-alarms'][':id'].assign.$post(request));
  return kind === 'alarm'
    ? bodyOf(api.alarms[':id'].assign.$post(request))
    : bodyOf(api.incidents[':id'].assign.$post(request));
};

export const close = (header: IntentHeader, { id }: Notice, note: string): Promise<unknown> =>
  bodyOf(api.incidents[':id'].close.$post({ param: { id }, json: { note }, header }));
