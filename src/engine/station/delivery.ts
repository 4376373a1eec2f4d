import type { CommandOutcome } from '../../../schema/wire/commands.ts';
import type { StationRecord } from '../../../schema/wire/uplink.ts';
import type { EventRow } from '../commit/rows.ts';
import { commandOf, type Draft, setDelivery } from './draft.ts';

/** The station has journaled the intent; or may have, when nobody is left to tell. */
export function accept(draft: Draft, id: string, event: EventRow): void {
  const command = commandOf(draft, id);
  if (!command) {
    event.decided = ['unknown command'];
    return;
  }
  if (command.state === 'accepted') return;
  setDelivery(draft, id, { state: 'accepted', accepted_at: event.occurred_at });
  draft.opened.set(id, { ...command, state: 'accepted' });
}

export function refuseCancel(draft: Draft, id: string): void {
  const command = commandOf(draft, id);
  if (command) draft.opened.set(id, { ...command, tooLate: true });
}

export const settledAs: Record<CommandOutcome, string> = {
  completed: 'completed',
  failed: 'failed',
  unknown: 'failed',
  expired: 'expired',
  refused: 'refused',
  conflict: 'refused',
  cancelled: 'superseded',
};

export function settle(
  draft: Draft,
  { body }: Extract<StationRecord, { type: 'commandResult' }>,
  event: EventRow,
): void {
  if (!commandOf(draft, body.id)) return;
  // Same id, other hash: that says nothing about the command we know.
  if (body.outcome === 'conflict' && commandOf(draft, body.id)?.hash !== body.hash) return;
  const { outcome, reason, detail, durationMs } = body;
  setDelivery(draft, body.id, {
    state: settledAs[outcome],
    settled_at: event.occurred_at,
    result: { outcome, reason, detail, durationMs },
  });
  draft.settled.add(body.id);
}
