import type { StreamDelta, StreamState } from '../../../../schema/wire/api/stream.ts';

/** What the page asks of the worker that holds the stream. */
export type ToWorker = { type: 'follow'; query: string } | { type: 'stop' };

/** live: all is as it is now. late: nothing was heard for too long. signedOut: the session is over. */
export type LinkState = 'connecting' | 'live' | 'late' | 'signedOut';

export type FromWorker =
  | { type: 'link'; state: LinkState }
  /** A full state follows in pieces; what is shown stays until `whole`. */
  | { type: 'anew' }
  | { type: 'things'; deltas: StreamDelta[] }
  | { type: 'whole' }
  /** Still in touch with the service. */
  | { type: 'heard' };

/** A full state in pieces small enough that none of them keeps the page from the reader's hand. */
export function* piecesOf(state: StreamState, size: number): Generator<StreamDelta[]> {
  let piece: StreamDelta[] = [];
  for (const delta of deltasOf(state)) {
    piece.push(delta);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

function* deltasOf(state: StreamState): Generator<StreamDelta> {
  for (const value of state.stations) yield { type: 'station', value };
  for (const value of state.bays) yield { type: 'bay', value };
  for (const value of state.slots) yield { type: 'slot', value };
  for (const value of state.swaps) yield { type: 'swap', value };
  for (const value of state.alarms) yield { type: 'alarm', value };
  for (const value of state.incidents) yield { type: 'incident', value };
  for (const value of state.telemetry) yield { type: 'telemetry', value };
}
