import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { newIdempotencyKey } from '../../../../client/client.ts';
import { Problem } from '../../api/problem.ts';
import { useCaller } from '../../app/session.ts';
import { assign } from './acts.ts';
import type { Notice } from './notice.ts';

/** The caller sees to it from now on. */
export function useTake(): (notice: Notice) => void {
  const caller = useCaller();
  const client = useQueryClient();
  return (notice) => {
    const header = { 'idempotency-key': newIdempotencyKey() };
    assign(header, notice, { to: caller.id, note: null })
      .catch((error: unknown) =>
        notifications.show({ color: 'red', message: error instanceof Problem ? error.detail : String(error) }),
      )
      // The stream does not tell of a site's alarms.
      .finally(() => notice.kind === 'siteAlarm' && client.invalidateQueries({ queryKey: ['alarms'] }));
  };
}
