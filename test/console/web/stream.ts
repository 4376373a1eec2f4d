import type { Bay } from '../../../schema/wire/api/station.ts';
import type { DeltaType, StreamDelta, StreamState } from '../../../schema/wire/api/stream.ts';
import type { FromWorker } from '../../../src/console/web/live/messages.ts';
import { createLiveStore, type LiveStore } from '../../../src/console/web/live/store.ts';

/** A bay of which only what the stream needs is told; `n` tells its values apart. */
export const bayOf = (station: string, bay: string, n: number): StreamDelta => ({
  type: 'bay',
  value: { station, bay, version: n } as unknown as Bay,
});

export const emptyState = (): StreamState => ({
  stations: [],
  bays: [],
  slots: [],
  swaps: [],
  alarms: [],
  incidents: [],
  telemetry: [],
});

export const frame = (event: string, id: string | null, data: unknown): string =>
  `event: ${event}\n${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;

/** What a page knows after these messages. */
export function storeOf(messages: readonly FromWorker[]): LiveStore {
  const store = createLiveStore();
  for (const message of messages) store.take(message);
  return store;
}

const kinds: readonly DeltaType[] = ['station', 'bay', 'slot', 'swap', 'alarm', 'incident', 'telemetry'];

/** Everything in it, in an order that does not depend on when it came. */
export const contentOf = (store: LiveStore): string[] =>
  kinds.flatMap((kind) => store.all(kind).map((value) => `${kind} ${JSON.stringify(value)}`)).toSorted();

/** A service that answers each request with the next of these: pieces of text, or a status. The last answer stays open. */
export function scripted(answers: readonly (readonly string[] | number)[]) {
  const asked: Headers[] = [];
  const fetcher: typeof fetch = async (_url, init) => {
    const answer = answers[asked.length] ?? [];
    asked.push(new Headers(init?.headers));
    if (typeof answer === 'number') return new Response('{}', { status: answer });
    const stays = asked.length >= answers.length;
    return new Response(streamOf(answer, stays, init?.signal ?? undefined));
  };
  return { fetch: fetcher, asked };
}

function streamOf(pieces: readonly string[], stays: boolean, signal: AbortSignal | undefined) {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      if (!stays) return controller.close();
      signal?.addEventListener('abort', () => controller.error(new Error('aborted')), { once: true });
    },
  });
}
