import { destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

export interface LogOptions {
  level: LogLevel;
  /** 1 is stdout, 2 is stderr (sentences for people go to stdout, so the log stays out of their way), a string is a file. */
  to?: 1 | 2 | string;
  /** Fields every line carries, such as the worker's name. */
  fields?: Record<string, string | number>;
}

/** What may wait when whoever takes the log does not keep up; what comes then is lost and counted, because work goes before its log. */
export const mostWaitingBytes = 8 * 1024 * 1024;

/**
 * Structured log: one JSON object per line, UTC instants, errors with their cause. Lines are written at once, but not waited for; those that come
 * meanwhile go together. Nothing that waits is missing when the process ends by itself, exits or says `fatal`. A kill from outside takes what waits
 * with it: a line or two where the log is taken as fast as it comes, up to `mostWaitingBytes` where it is not.
 */
export function createLog({ level, to = 2, fields = {} }: LogOptions): Log {
  const lines = destination({ dest: to, sync: false, minLength: 0, maxLength: mostWaitingBytes, mkdir: true });
  const log = pino(
    {
      level,
      base: fields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['password', '*.password', 'authorization', '*.authorization'], censor: '[hidden]' },
    },
    lines,
  );
  let dropped = 0;
  lines.on('drop', () => {
    dropped += 1;
  });
  lines.on('drain', () => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    log.warn({ dropped: count }, 'the log could not be written fast enough: lines are missing');
  });
  return log;
}
