import { DeadlineError } from '../../db/pool.ts';

/**
 * conflict: the database refused the whole statement for the sake of another (deadlock, lock or statement time-out): the same again.
 * inDoubt: no answer; it may have been applied: the same again, and look at the token.
 * data: these rows can never be stored.
 */
export interface Failure {
  kind: 'conflict' | 'inDoubt' | 'data';
  code: string;
  message: string;
}

const lostConnection = new Set([
  'PITLANE_DEADLINE',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The server was told to end this session, or all of them: the answer may have been lost with it.
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]);

/** Refused as a whole and certainly not applied. Serialization, deadlock, cancelled, lock not available, out of connections or of memory or disk. */
const tryAgain = new Set(['40001', '40P01', '57014', '55P03', '53000', '53100', '53200', '53300', '25006']);

export function classify(error: unknown): Failure {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (error instanceof DeadlineError || lostConnection.has(code) || code.startsWith('08')) {
    return { kind: 'inDoubt', code, message };
  }
  if (tryAgain.has(code)) return { kind: 'conflict', code, message };
  return { kind: 'data', code, message };
}
