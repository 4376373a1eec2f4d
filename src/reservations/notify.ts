import type { SQL } from 'drizzle-orm';

export const tellFleet = (_what: string, _from: SQL): Record<string, SQL> => ({});
