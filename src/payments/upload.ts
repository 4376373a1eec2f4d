import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { PaymentFormat } from '../../schema/wire/settlement/payment.ts';
import type { ApiEnv } from '../api/context.ts';
import { ApiError } from '../api/problem.ts';
import { allowLongBody } from '../api/server.ts';
import { CsvStructureError, createMeter } from '../imports/read-csv.ts';
import type { FileProblem, Row } from './formats/format.ts';
import { fileFormats } from './formats/formats.ts';

export const maxFileBytes = 8 * 1024 * 1024;
const patienceMs = 15_000;
const problemsShown = 200;

/** A file that was read from its first line to its last, and is in order. */
export interface GoodFile {
  /** `pf-…` */
  id: string;
  format: PaymentFormat;
  sha256: string;
  rows: Row[];
}

/** Takes a file in as a whole and reads it. What is wrong with it is told line by line, and nothing else happens. */
export async function takeFile(c: Context<ApiEnv>, format: PaymentFormat): Promise<GoodFile> {
  const { mediaTypes, read } = fileFormats[format];
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaTypes.includes(type))
    throw new ApiError(
      'unsupported-media-type',
      `A file of the format ${format} is sent as ${mediaTypes.join(' or ')}.`,
    );
  const { bytes, sha256, broken } = await receive(c);
  const { rows, problems } = broken === null ? await read(bytes) : { rows: [], problems: [broken] };
  if (problems.length === 0 && rows.length === 0) problems.push({ line: 1, column: '', reason: 'has no rows' });
  if (problems.length > 0) throw badFile(problems);
  const id = `pf-${createHash('sha256').update(`${format} ${sha256}`).digest('hex').slice(0, 16)}`;
  return { id, format, sha256, rows };
}

export function badFile(problems: readonly FileProblem[]): ApiError {
  const sorted = [...problems].sort((a, b) => a.line - b.line);
  const more = sorted.length > problemsShown ? `; the first ${problemsShown} are told` : '';
  const count = sorted.length === 1 ? 'One thing is' : `${sorted.length} things are`;
  return new ApiError('invalid-body', `${count} wrong with the file${more}. Nothing of it was taken.`, {
    errors: sorted.slice(0, problemsShown).map(({ line, column, reason }) => ({
      line,
      ...(column === '' ? {} : { column }),
      detail: reason,
    })),
  });
}

async function receive(c: Context<ApiEnv>): Promise<{ bytes: Buffer; sha256: string; broken: FileProblem | null }> {
  const tooLarge = () =>
    new ApiError('payload-too-large', `A file may have ${maxFileBytes} bytes.`, { headers: { Connection: 'close' } });
  if (Number(c.req.header('content-length') ?? 0) > maxFileBytes) throw tooLarge();
  const body = c.req.raw.body as AsyncIterable<Uint8Array> | null;
  const meter = createMeter(body ?? nothing(), {
    maxBytes: maxFileBytes,
    onTooLarge: tooLarge,
    patienceMs,
    onSilence: () => new ApiError('request-timeout', undefined, { headers: { Connection: 'close' } }),
  });
  const hurry = allowLongBody(c);
  const chunks: Buffer[] = [];
  let broken: FileProblem | null = null;
  try {
    for await (const chunk of meter.chunks()) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof CsvStructureError)) throw error;
    broken = { line: error.line, column: '', reason: error.message };
    await meter.drain();
  } finally {
    hurry();
  }
  return { bytes: Buffer.concat(chunks), sha256: meter.sha256(), broken };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
