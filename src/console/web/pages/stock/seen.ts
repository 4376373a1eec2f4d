import { packCode } from '../../../../../schema/wire/ids.ts';
import type { LedgerSlot } from './data.ts';

/** What a person says of a slot; `null`: has not looked. */
export type Seen =
  | { kind: 'asLedger' }
  | { kind: 'empty' }
  | { kind: 'unreadable' }
  | { kind: 'other'; code: string }
  | null;

export const seenKinds = ['notLooked', 'asLedger', 'empty', 'unreadable', 'other'] as const;
export type SeenKind = (typeof seenKinds)[number];

export const kindOf = (seen: Seen): SeenKind => seen?.kind ?? 'notLooked';
export const seenOf = (kind: SeenKind): Seen =>
  kind === 'notLooked' ? null : kind === 'other' ? { kind, code: '' } : { kind };

export const isCode = (text: string): boolean => packCode.safeParse(text).success;

export interface SlotSeen {
  slot: number;
  pack: string | null;
}

/** What is posted: the slots that were looked at. Null while a code is not one. */
export function slotsSeen(ledger: readonly LedgerSlot[], seen: ReadonlyMap<number, Seen>): SlotSeen[] | null {
  const slots: SlotSeen[] = [];
  for (const { slot, pack } of ledger) {
    const said = seen.get(slot) ?? null;
    if (said === null) continue;
    if (said.kind === 'other' && !isCode(said.code)) return null;
    slots.push({ slot, pack: packOf(said, pack) });
  }
  return slots;
}

function packOf(seen: NonNullable<Seen>, ledger: string | null): string | null {
  if (seen.kind === 'asLedger') return ledger;
  if (seen.kind === 'empty') return null;
  return seen.kind === 'unreadable' ? 'unreadable' : seen.code;
}

/** A pack nobody can read counts as the one that should be there. */
export const otherwise = (ledger: readonly LedgerSlot[], seen: readonly SlotSeen[]): number => {
  const at = new Map(ledger.map(({ slot, pack }) => [slot, pack]));
  return seen.filter(({ slot, pack }) => {
    const has = at.get(slot) ?? null;
    return pack === 'unreadable' ? has === null : pack !== has;
  }).length;
};
