import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { StreamBeat, StreamDelta, StreamState } from '../../../../schema/wire/api/stream.ts';
import { keyOf } from './key.ts';
import { type FromWorker, piecesOf } from './messages.ts';

export interface FollowerOptions {
  fetch: typeof fetch;
  tell: (message: FromWorker) => void;
  /** A beat comes every 5 s: two may be missed. */
  lateAfterMs?: number;
  /** Changes within this time go to the page together. */
  gatherMs?: number;
  /** Longest wait between two attempts. */
  longestWaitMs?: number;
}

/** Things in one message to the page. */
const pieceSize = 200;

class SignedOut extends Error {}
/** The service says it sent more than arrived. */
class Gap extends Error {}

/**
 * Holds one stream open: tells the page the full state, then what changed, gathered; connects again by itself, from where it was; and says
 * when nothing has been heard for too long. A gap asks for the full state.
 */
export function createFollower(options: FollowerOptions) {
  const { tell, lateAfterMs = 12_000, gatherMs = 100, longestWaitMs = 10_000 } = options;
  let stop: AbortController | null = null;

  const follow = async (query: string, signal: AbortSignal) => {
    const reader = createReader(tell, gatherMs);
    for (let failures = 0; !signal.aborted; failures++) {
      tell({ type: 'link', state: failures === 0 ? 'connecting' : 'late' });
      const heard = reader.frames();
      try {
        await readOnce(options.fetch, query, reader, lateAfterMs, signal);
      } catch (error) {
        if (error instanceof SignedOut) return tell({ type: 'link', state: 'signedOut' });
        if (error instanceof Gap) reader.forgetPlace();
      }
      if (reader.frames() > heard) failures = 0;
      if (!signal.aborted) tell({ type: 'link', state: 'late' });
      await pause(Math.min(longestWaitMs, 500 * 2 ** failures) * (0.5 + Math.random() / 2), signal);
    }
  };
  return {
    follow(query: string): void {
      stop?.abort();
      stop = new AbortController();
      void follow(query, stop.signal);
    },
    stop(): void {
      stop?.abort();
      stop = null;
    },
  };
}

async function readOnce(
  ask: typeof fetch,
  query: string,
  reader: Reader,
  lateAfterMs: number,
  outer: AbortSignal,
): Promise<void> {
  const cut = new AbortController();
  const stop = () => cut.abort();
  outer.addEventListener('abort', stop, { once: true });
  let watch = setTimeout(stop, lateAfterMs);
  try {
    const place = reader.place();
    const answer = await ask(`/api/v1/stream${query}`, {
      signal: cut.signal,
      credentials: 'same-origin',
      headers: { Accept: 'text/event-stream', ...(place === null ? {} : { 'Last-Event-ID': place }) },
    });
    if (answer.status === 401) throw new SignedOut();
    if (!answer.ok || !answer.body) throw new Error(`the stream answers ${answer.status}`);
    reader.connected();
    for (const pieces = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
      const { done, value } = await pieces.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(stop, lateAfterMs);
      reader.take(value);
    }
  } finally {
    clearTimeout(watch);
    outer.removeEventListener('abort', stop);
    cut.abort();
    reader.flush();
  }
}

type Reader = ReturnType<typeof createReader>;

function createReader(tell: (message: FromWorker) => void, gatherMs: number) {
  const waiting = new Map<string, StreamDelta>();
  let last: string | null = null;
  /** Up to here nothing is missing: a beat said so. What came after the last beat may have a gap that a new connection would hide. */
  let sure: string | null = null;
  let frames = 0;
  let framesHere = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size > 0) tell({ type: 'things', deltas: [...waiting.values()] });
    waiting.clear();
  };
  const takeState = (state: StreamState) => {
    waiting.clear();
    tell({ type: 'anew' });
    for (const deltas of piecesOf(state, pieceSize)) tell({ type: 'things', deltas });
    tell({ type: 'whole' });
  };
  const onEvent = ({ event, id, data }: EventSourceMessage) => {
    if (event === 'beat') {
      if ((JSON.parse(data) as StreamBeat).sent !== framesHere) throw new Gap();
      sure = last;
      tell({ type: 'heard' });
      return;
    }
    frames += 1;
    framesHere += 1;
    if (id !== undefined) last = id;
    if (event === 'state') {
      takeState(JSON.parse(data) as StreamState);
      sure = last;
    } else {
      const delta = { type: event, value: JSON.parse(data) } as StreamDelta;
      // The newest value counts; an older one that nobody has seen is no news.
      waiting.set(keyOf(delta), delta);
      timer ??= setTimeout(flush, gatherMs);
    }
  };
  let parser = createParser({ onEvent });
  return {
    /** A new connection: the service tells at once either the full state or what was missed. */
    connected() {
      framesHere = 0;
      last = sure;
      parser = createParser({ onEvent });
      tell({ type: 'link', state: 'live' });
    },
    take: (text: string) => parser.feed(text),
    flush,
    frames: () => frames,
    place: () => sure,
    forgetPlace() {
      sure = null;
    },
  };
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
