import { z } from 'zod';

/** UTC instant with milliseconds, as every answer gives it. */
export const utcInstant = z.iso.datetime({ precision: 3 }).meta({ examples: ['2026-05-01T08:30:00.000Z'] });

/** Null, or the schema. Not `.nullable()`, which would make a named component nullable wherever it is used. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

export const pct = z.number().min(0).max(110);
