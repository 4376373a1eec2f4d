import { z } from 'zod';

/** Text that is safe in a jsonb column: no NUL and no lone surrogate (either fails a whole batch). */
export const safeText = (max: number) =>
  z.string().max(max).refine(isSafeText, { message: 'must not contain NUL or unpaired surrogates' });

/** A day of the calendar. The database knows no year 0. */
export const calendarDate = z.iso.date().refine((text) => text >= '0001-01-01', 'must be a day from the year 1 on');

export function isSafeText(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** A station's id as it stands in topics: lower case letters, digits and inner hyphens. */
export const stationId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'must be a station id such as bj-001');

/** A swap bay's id, unique in its station. */
export const bayId = z.string().regex(/^[1-9][0-9]?$/, 'must be a bay number such as 1');

/** A charging slot's number, from 1. */
export const slotNumber = z.int().min(1).max(999);

/** A shuttle berth's number, from 1. */
export const berthNumber = z.int().min(1).max(2);

const yearLetters = '1-9A-HJ-NPR-Y';

/**
 * Traction-battery code of a pack, GB/T 34014-2017: 24 characters, no check digit, structure only.
 * manufacturer(3) product P(1) type(1) specification(2) traceability(7) year(1) month(1) day(1) serial(7).
 * Only packs move in a station, so position 4 is `P`; codes seen on real cells carry `C`.
 */
export const packCode = z
  .string()
  .regex(
    new RegExp(`^[A-Z0-9]{3}P[A-GZ][A-Z0-9]{2}[A-Z0-9]{7}[${yearLetters}][1-9A-C][${yearLetters}][0-9]{7}$`),
    'must be a 24-character GB/T 34014 pack code',
  );

/** What a reader says of a pack that is there and whose code it cannot read. Never a pack code, and never empty. */
export const unreadable = 'unreadable';

/** A pack's code as a reader gives it. */
export const readCode = z.union([packCode, z.literal(unreadable)], 'must be a 24-character pack code, or unreadable');

/** Vehicle identification number, ISO 3779: 17 characters without I, O, Q. The check digit is judged elsewhere. */
export const vin = z.string().regex(/^[A-HJ-NPR-Z0-9]{17}$/, 'must be a 17-character VIN');

/** Identity of one station journal. A new controller starts a new journal. */
export const journalId = z.string().regex(/^[A-Za-z0-9-]{1,36}$/, 'must be a journal id');

/** `station-bay-n`: the n-th swap of the bay. Counted in the bay machine, so a repeated event yields the same id. */
export const swapId = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.[1-9][0-9]?\.[1-9][0-9]{0,11}$/,
    'must be a swap id such as bj-001.1.42',
  );

/** A reservation's id. Never like a swap's: both stand in `reservedBy`. */
export const reservationId = z.string().regex(/^r-[0-9a-f]{16}$/, 'must be a reservation id');

/** Swap or reservation that has a pack or a slot set aside. */
export const holderId = z.union([swapId, reservationId]);

export type StationId = z.infer<typeof stationId>;
export type PackCode = z.infer<typeof packCode>;
export type Vin = z.infer<typeof vin>;
