import type { HttpBindings } from '@hono/node-server';
import type { SignedIn } from '../parties/session-keeper.ts';
import type { Log } from '../platform/log.ts';
import type { Desk } from './idempotency.ts';
import type { Caller } from './keys.ts';
import type { RequestFields } from './request-log.ts';

/** What every handler finds in its context. */
export interface ApiEnv {
  /** Absent when a test calls the app without a socket. */
  Bindings: Partial<HttpBindings> & {
    /** One page of an export: the export is the request. */
    page?: true;
  };
  Variables: {
    requestId: string;
    /** Of the process; for lines of the request there is `logOf`. */
    log: Log;
    logFields: RequestFields;
    /** Present on every route behind `access`. */
    caller: Caller;
    /** Whether the key still works and may the same: for answers that last. */
    stillAllowed: () => Promise<boolean>;
    /** Only when a user is signed in. */
    signedIn?: SignedIn;
    /** Where `once` finds the answers that were given before. */
    answers: Desk;
  };
}
