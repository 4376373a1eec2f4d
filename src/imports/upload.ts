import type { Context } from 'hono';
import { imports } from '../../schema/tables/imports.ts';
import type { ImportKind } from '../../schema/wire/api/import.ts';
import type { ApiEnv } from '../api/context.ts';
import { once } from '../api/idempotency.ts';
import { ApiError } from '../api/problem.ts';
import { allowLongBody } from '../api/server.ts';
import { rowOf } from '../db/row-of.ts';
import type { ImportDesk } from './desk.ts';
import { createMeter, type Meter } from './read-csv.ts';
import { NotReceivingError, receive } from './receive.ts';
import { acceptStatement, discardImport, endImport, type ImportRow, openImport } from './store.ts';

export const maxImportBytes = 64 * 1024 * 1024;
const patienceMs = 15_000;
const receivedAtOnce = 2;
const csv = /^text\/csv(?:\s*;\s*(?:charset="?utf-8"?|header=\w+))*\s*$/i;

export interface Upload {
  kind: ImportKind;
  mode: ImportRow['mode'];
  dryRun: boolean;
}

/**
 * Takes a file in and gives its import, accepted. Staging comes first, in as many statements as it takes; that the import is accepted, and the
 * answer that says so, are one. The file stands in the fingerprint of the request by its SHA-256; a repetition has another staging, which is
 * thrown away.
 */
export async function takeUpload(c: Context<ApiEnv>, desk: ImportDesk, upload: Upload): Promise<ImportRow> {
  const { id, organisation } = requireAuthor(c, desk, upload);
  const meter = createMeter(bodyOf(c), {
    maxBytes: maxImportBytes,
    onTooLarge: () =>
      new ApiError('payload-too-large', `A file may have ${maxImportBytes} bytes.`, {
        headers: { Connection: 'close' },
      }),
    patienceMs,
    onSilence: () => new ApiError('request-timeout', undefined, { headers: { Connection: 'close' } }),
  });
  const hurry = allowLongBody(c);
  desk.receiving += 1;
  const unwatch = desk.watch(id);
  try {
    await openImport(desk.db, { id, ...upload, by: c.get('caller').key, organisation });
    await stage(desk, { id, kind: upload.kind, organisation, meter });
    const row = await accept(c, desk, id, meter);
    if (row.id === id) {
      desk.faultPoints.pass('import-accepted');
      desk.work(row);
    }
    return row;
  } finally {
    hurry();
    unwatch();
    desk.receiving -= 1;
  }
}

function requireAuthor(c: Context<ApiEnv>, desk: ImportDesk, { kind }: Upload) {
  const { role, organisation } = c.get('caller');
  if (kind === 'users' && role !== 'admin') throw new ApiError('forbidden', 'Users are brought in by admins alone.');
  if (role === 'fleet' && (kind !== 'vehicles' || organisation === null))
    throw new ApiError('forbidden', 'A fleet manager brings in vehicles of the own fleet.');
  if (!csv.test(c.req.header('content-type') ?? ''))
    throw new ApiError('unsupported-media-type', 'Send `Content-Type: text/csv`, in UTF-8.');
  if (Number(c.req.header('content-length') ?? 0) > maxImportBytes)
    throw new ApiError('payload-too-large', `A file may have ${maxImportBytes} bytes.`, {
      headers: { Connection: 'close' },
    });
  if (desk.stopping) throw new ApiError('unavailable', 'The service is stopping.', { headers: { 'Retry-After': '5' } });
  if (desk.receiving >= receivedAtOnce)
    throw new ApiError('rate-limited', `${receivedAtOnce} files are coming in already.`, {
      headers: { 'Retry-After': '5' },
    });
  return { id: desk.newId(), organisation: role === 'fleet' ? organisation : null };
}

const nothing = (): AsyncIterable<Uint8Array> => ({
  async *[Symbol.asyncIterator]() {},
});

const bodyOf = (c: Context<ApiEnv>): AsyncIterable<Uint8Array> =>
  (c.req.raw.body as AsyncIterable<Uint8Array> | null) ?? nothing();

async function stage(
  desk: ImportDesk,
  job: { id: string; kind: ImportKind; organisation: string | null; meter: Meter },
): Promise<void> {
  const { id, kind, organisation, meter } = job;
  try {
    const onBatch = () => desk.faultPoints.pass('import-staging');
    await receive({ db: desk.db, id, kind, author: { organisation }, meter, onBatch });
  } catch (error) {
    const cancelled = error instanceof NotReceivingError;
    if (!cancelled)
      await endImport(desk.db, id, { state: 'failed', failure: 'The file did not come to its end.' }).catch(() => {});
    // What is staged goes with the next sweep at the latest.
    await desk.sweep().catch(() => {});
    if (cancelled)
      throw new ApiError('change-refused', 'The import was cancelled while the file came in.', {
        headers: { Connection: 'close' },
      });
    throw error;
  }
}

/** The import that the answer is about: this one, or the one that the same request made before. */
async function accept(c: Context<ApiEnv>, desk: ImportDesk, id: string, meter: Meter): Promise<ImportRow> {
  const sha256 = meter.sha256();
  let accepted: ImportRow | null = null;
  try {
    await once(c, {
      payload: `text/csv ${sha256}`,
      effect: () => acceptStatement(id, sha256, meter.bytes),
      answer: (row) => {
        if (row === null) throw new ApiError('change-refused', 'The import was cancelled while the file came in.');
        accepted = rowOf(imports, row);
        return new Response();
      },
    });
  } finally {
    if ((accepted as ImportRow | null)?.id !== id) await discardImport(desk.db, id).catch(() => {});
  }
  if (accepted === null) throw new ApiError('internal');
  return accepted;
}
