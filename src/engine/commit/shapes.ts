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
  /** The owner is told: the commit comes from another process. */
  wakes: boolean;
}

type List = Section['list'];

const shape = (name: string, lists: readonly List[], custody: boolean): Shape => ({
  name,
  sections: sections.filter(({ list }) => lists.includes(list)),
  custody,
  whole: false,
  wakes: false,
});

const books: List[] = ['events', 'deliveries'];
const step: List[] = [...books, 'machines', 'timersReplaced', 'commands', 'steps'];
const swapStep: List[] = [...step, 'swaps'];
const charging: List[] = [...books, 'batteries', 'slots', 'charges'];
const slotStep: List[] = [...swapStep, ...charging, 'timersGone'];
const arrival: List[] = [...step, 'timers', 'batteries', 'slots', 'vehicles', 'newSwaps'];
const handOver: List[] = [...step, 'timers', 'timersGone', 'moves', 'batteries'];
const carHandOver: List[] = [...swapStep, 'timers', 'moves', 'batteries', 'vehicles'];
const turn: List[] = [...slotStep, ...arrival, ...handOver];

/**
 * From the cheapest to the dearest, after what the steps of a swap write. A list that stays empty costs some 30 microseconds; a text for each
 * set of tables that occurs would save little more than these, and cost half a megabyte of plan per text and connection; there would be a hundred.
 */
export const shapes: readonly Shape[] = [
  shape('books', books, false),
  shape('step', step, false),
  shape('swap step', swapStep, false),
  shape('charging', charging, false),
  shape('slot step', slotStep, false),
  shape('arrival', arrival, false),
  shape('hand-over', handOver, true),
  shape('car hand-over', carHandOver, true),
  shape('turn', turn, true),
  { name: 'everything', sections, custody: true, whole: true, wakes: false },
  { name: 'everything, from elsewhere', sections, custody: true, whole: true, wakes: true },
];

export function shapeFor(batch: readonly StationRows[]): Shape {
  const whole = batch.some((rows) => rows.contactChanged || rows.custody.some(({ expected }) => expected === 0));
  const custody = batch.some((rows) => rows.custody.length > 0);
  const wakes = batch.some(({ wakeOwner }) => wakeOwner);
  const used = sections.filter(({ list }) => batch.some((rows) => rows[list].length > 0));
  const fits = (each: Shape) =>
    (!whole || each.whole) &&
    (!custody || each.custody) &&
    (!wakes || each.wakes) &&
    used.every((section) => each.sections.includes(section));
  return shapes.find(fits) as Shape;
}
