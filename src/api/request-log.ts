import type { Context } from 'hono';
import type { Log } from '../platform/log.ts';
import type { ApiEnv } from './context.ts';

/** What every line of a request carries. */
export interface RequestFields {
  requestId: string;
  /** Once the caller is known. */
  key?: string;
  role?: string;
}

/** The log of a request. Made for whoever has something to say: most requests leave their one closing line, and a log of their own costs more than it. */
export const logOf = (c: Context<ApiEnv>): Log => c.get('log').child(c.get('logFields'));
