import type { Readable } from 'node:stream';
import { ReadableStream as NodeWebStream } from 'node:stream/web';

/**
 * A Node stream as the body of an answer or a request. Not by `Readable.toWeb`: there a reader that leaves while data flows throws where nobody
 * can catch it, which ends the process (nodejs/node#64529).
 */
export const webStreamOf = (stream: Readable): ReadableStream<Uint8Array> =>
  NodeWebStream.from(stream) as ReadableStream<Uint8Array>;
