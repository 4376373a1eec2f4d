import type { StationRows } from './rows.ts';
import { type Section, sections } from './sections.ts';

/** Which parts a statement has. A batch gets the smallest shape that covers it; lists it does not use are empty then. */
export interface Shape {
  name: string;
  /** In the order of `sections`. */
  sections: readonly Section[];
  /** Packs that move are locked and compared. */
  custody: boolean;
  /** The contact columns of the mark are written, and packs that the ledger meets for the first time. */
  whole: boolean;
}

type List = Section['list'];

const shape = (name: string, lists: readonly List[], custody: boolean): Shape => ({
  name,
  sections: sections.filter(({ list }) => lists.includes(list)),
  custody,
  whole: false,
});

const books: List[] = ['events', 'deliveries'];
const step: List[] = [...books, 'machines', 'timers', 'timersReplaced', 'timersGone', 'commands', 'steps'];
const swapStep: List[] = [...step, 'swaps'];
const charging: List[] = [...books, 'batteries', 'slots', 'charges'];
const handOver: List[] = [...swapStep, 'moves', 'batteries', 'vehicles'];
const turn: List[] = [...handOver, 'slots', 'charges', 'newSwaps'];

/**
 * From the cheapest to the dearest. A text for each set of tables that occurs would save some microseconds per list that stays empty, and cost
 * half a megabyte of plan per text and connection; there would be a hundred.
 */
export const shapes: readonly Shape[] = [
  shape('books', books, false),
  shape('step', step, false),
  shape('swap step', swapStep, false),
  shape('charging', charging, false),
  shape('hand-over', handOver, true),
  shape('turn', turn, true),
  { name: 'everything', sections, custody: true, whole: true },
];

export function shapeFor(batch: readonly StationRows[]): Shape {
  const whole = batch.some((rows) => rows.contactChanged || rows.custody.some(({ expected }) => expected === 0));
  const custody = batch.some((rows) => rows.custody.length > 0);
  const used = sections.filter(({ list }) => batch.some((rows) => rows[list].length > 0));
  const fits = (each: Shape) =>
    (!whole || each.whole) && (!custody || each.custody) && used.every((section) => each.sections.includes(section));
  return shapes.find(fits) as Shape;
}
