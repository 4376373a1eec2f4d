import type { HttpBindings } from '@hono/node-server';
import type { Log } from '../platform/log.ts';
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
    /** Whether the key still works, with the same role: for answers that last. */
    stillAllowed: () => Promise<boolean>;
  };
}
