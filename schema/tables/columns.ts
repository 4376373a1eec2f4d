import { bigint, jsonb, timestamp } from 'drizzle-orm/pg-core';

/** UTC instant, milliseconds. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });

/** Counters and versions: below 2^53 for the life of any station. */
export const counter = () => bigint({ mode: 'number' });

export const json = <T>() => jsonb().$type<T>();
