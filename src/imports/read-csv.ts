import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** A record of the file: the line it begins on, and its cells. Null: bytes that are not UTF-8. */
export interface CsvRecord {
  line: number;
  cells: (string | null)[];
}

/** The file ends here for us: what follows cannot be told apart. */
export class CsvStructureError extends Error {
  override readonly name = 'CsvStructureError';
  readonly line: number;

  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

const maxRecordBytes = 65_536;
const reasons: Partial<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell goes on after its closing quote: a quote inside a cell is written twice',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that does not begin with one',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${maxRecordBytes / 1024} KB: perhaps a quote is opened and never closed`,
};

/** A body on its way through: counted, fingerprinted, without its byte order mark. */
export interface Meter {
  bytes: number;
  sha256(): string;
  chunks(): AsyncGenerator<Buffer>;
  /** Takes what is left, for the fingerprint alone. */
  drain(): Promise<void>;
}

export interface MeterLimits {
  maxBytes: number;
  onTooLarge(): Error;
  /** Nothing came for so long. */
  patienceMs: number;
  onSilence(): Error;
}

export function createMeter(body: AsyncIterable<Uint8Array>, limits: MeterLimits): Meter {
  const hash = createHash('sha256');
  const source = body[Symbol.asyncIterator]();
  // Not handed on as it is: whoever stops reading would end it, and the fingerprint needs the rest.
  const next = async (): Promise<Buffer | null> => {
    const { value, done } = await patiently(source.next(), limits);
    if (done || value === undefined) return null;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    meter.bytes += bytes.length;
    if (meter.bytes > limits.maxBytes) throw limits.onTooLarge();
    hash.update(bytes);
    return bytes;
  };
  const meter = {
    bytes: 0,
    sha256: () => hash.copy().digest('hex'),
    async *chunks() {
      let head = Buffer.alloc(0);
      for (let bytes = await next(); bytes !== null; bytes = await next()) {
        head = Buffer.concat([head, bytes]);
        if (head.length >= 3) break;
      }
      if (head.length > 0) yield withoutMark(head);
      for (let bytes = await next(); bytes !== null; bytes = await next()) yield bytes;
    },
    async drain() {
      while ((await next()) !== null);
    },
  };
  return meter;
}

async function patiently<T>(work: Promise<T>, { patienceMs, onSilence }: MeterLimits): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(onSilence()), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function withoutMark(head: Buffer): Buffer {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return head.subarray(3);
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16) throw new CsvStructureError(1, 'the file is UTF-16: save it as CSV in UTF-8');
  return head;
}

/**
 * The records of a file, one by one, blank lines left out. Cells are parsed as bytes, so that a wrong one is named by line and column. `decode` gives a
 * cell's text, or null where its bytes are none.
 *
 * @throws CsvStructureError
 */
export async function* readCsv(
  bytes: AsyncIterable<Buffer>,
  decode: (cell: Buffer) => string | null = decodeUtf8,
): AsyncGenerator<CsvRecord> {
  // The parser counts a line break inside quotes twice when it is CR LF; we count.
  let line = 1;
  const parser = parse({
    encoding: 'latin1',
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    max_record_size: maxRecordBytes,
    // Runs as each row is parsed, so that the line is right when the next one cannot be.
    on_record: (cells: string[]) => {
      const begins = line;
      line += 1;
      for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) line += 1;
      return [String(begins), ...cells];
    },
  });
  const source = Readable.from(bytes, { objectMode: false });
  // What goes wrong with the body is not the parser's: it ends the parser, which hands it on.
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const [begins, ...cells] of parser as AsyncIterable<string[]>) {
      if (cells.length === 1 && cells[0] === '') continue;
      yield { line: Number(begins), cells: cells.map((cell) => decode(Buffer.from(cell, 'latin1'))) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CsvStructureError(line, reasons[error.code] ?? error.message);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

const decodeUtf8 = (bytes: Buffer): string | null => (isUtf8(bytes) ? bytes.toString('utf8').trim() : null);
