import type { NewNote } from '../../../../../schema/wire/api/note.ts';

type Said = NewNote['lines'][number];
export const addedKinds = ['energy', 'serviceFee', 'parking'] as const;
export const units: readonly Said['unit'][] = ['item', 'Wh', 'kWh', 'km', 'swap', 'min', 'day', 'month'];

export interface LineDraft {
  /** For the page alone: lines are added and taken away. */
  key: number;
  /** Of the receipt of this swap, on a statement; empty: a line of the statement's own. */
  swap: string;
  /** Number of the line that is corrected; null: something that no line has. */
  line: number | null;
  kind: (typeof addedKinds)[number];
  quantity: number | null;
  unit: Said['unit'];
  yuan: number | null;
  rule: string;
}

export interface NoteDraft {
  direction: NewNote['direction'];
  of: 'statement' | 'swap';
  bill: string;
  lines: LineDraft[];
}

export const emptyLine = (key: number): LineDraft => ({
  key,
  swap: '',
  line: 1,
  kind: 'energy',
  quantity: 1,
  unit: 'item',
  yuan: null,
  rule: '',
});

/** Whether a line has all that makes an amount. */
export const isWhole = ({ quantity, yuan, rule }: LineDraft): boolean =>
  quantity !== null && quantity > 0 && yuan !== null && yuan > 0 && rule.trim() !== '';

/** As the service will round it: per kWh where the quantity is in Wh. */
export function fenOf({ quantity, unit, yuan }: LineDraft): number {
  const amount = (quantity ?? 0) * (yuan ?? 0) * 100;
  return Math.round(unit === 'Wh' ? amount / 1000 : amount);
}

export function noteOf({ direction, of, bill, lines }: NoteDraft, text: string): NewNote {
  return {
    direction,
    ...(of === 'swap' ? { swap: bill.trim() } : { statement: bill.trim() }),
    text,
    lines: lines.map(({ swap, line, kind, quantity, unit, yuan, rule }) => ({
      ...(of === 'statement' && swap.trim() !== '' ? { swap: swap.trim() } : {}),
      ...(line === null ? { kind } : { line }),
      quantity: quantity ?? 0,
      unit,
      unitPriceMicro: Math.round((yuan ?? 0) * 1_000_000),
      rule: rule.trim(),
    })),
  };
}
