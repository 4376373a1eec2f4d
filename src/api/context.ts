import type { HttpBindings } from '@hono/node-server';
import type { Log } from '../platform/log.ts';
import type { Desk } from './idempotency.ts';
import type { Caller } from './keys.ts';

/** What every handler finds in its context. */
export interface ApiEnv {
  /** Absent when a test calls the app without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    log: Log;
    /** Present on every route behind `access`. */
    caller: Caller;
    /** Whether the key still works and may the same: for answers that last. */
    stillAllowed: () => Promise<boolean>;
    /** Where `once` finds the answers that were given before. */
    answers: Desk;
  };
}
