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

/** Structured log: one JSON object per line, UTC instants, errors with their cause. */
export function createLog({ level, to = 2, fields = {} }: LogOptions): Log {
  return pino(
    {
      level,
      base: fields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['password', '*.password', 'authorization', '*.authorization'], censor: '[hidden]' },
    },
    destination({ dest: to, sync: true, mkdir: true }),
  );
}
