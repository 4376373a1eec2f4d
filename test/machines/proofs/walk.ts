import type { ActorLogic, ActorSystem, ActorSystemInfo, EventObject, Snapshot } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { makeMove, movesFrom, promise } from './track-moves.ts';
import { arrive, copyOf, createTrackWorld, type TrackWorld, type Walked, walkedState } from './track-world.ts';

/** The worlds that each track is walked in: what one kind of station cannot show, another can. */
export const walks: { name: string; walked: Walked; berths: 1 | 2; packs: number }[] = [
  { name: 'robot of the cycle', walked: { machine: 'cycle', track: 'robot' }, berths: 2, packs: 4 },
  { name: 'shuttle of the cycle, two berths', walked: { machine: 'cycle', track: 'shuttle' }, berths: 2, packs: 4 },
  { name: 'shuttle of the cycle, one berth', walked: { machine: 'cycle', track: 'shuttle' }, berths: 1, packs: 4 },
  { name: 'shuttle of the bay', walked: { machine: 'bay', track: 'shuttle' }, berths: 2, packs: 4 },
];

type State = Snapshot<unknown> & { world: TrackWorld };

/** Station, core and equipment as XState's graph search wants them; beneath it run the real machines. */
const logic: ActorLogic<State, EventObject, TrackWorld, ActorSystem<ActorSystemInfo>> = {
  transition: (state, event) => ({ ...state, world: makeMove(state.world, event.type) }),
  getInitialSnapshot: (_, world) => ({ status: 'active', output: undefined, error: undefined, world }),
  getPersistedSnapshot: (state) => state,
};

/** The shortest way to every state of one track, each state told by its value and by whether a retry is left. */
export function walk({ walked, berths, packs }: (typeof walks)[number]): Map<string, string[]> {
  const start = copyOf(createTrackWorld(walked, { berths, packs }));
  if (walked.machine === 'cycle') arrive(start);
  else promise(start);
  const paths = getShortestPaths(logic, {
    input: start,
    events: ({ world }) => movesFrom(world).map((type) => ({ type })),
    serializeState: ({ world }) => walkedState(world),
    serializeEvent: ({ type }) => type,
    stopWhen: ({ world }) => isOver(world),
    limit: 100_000,
  });
  return new Map(
    paths.map(({ state, steps }) => [walkedState(state.world), steps.slice(1).map(({ event }) => event.type)]),
  );
}

/** A cycle has ended, or the bay's shuttle has become a cycle's. */
function isOver({ walked, state }: TrackWorld): boolean {
  const cycle = state.bays['1']?.cycle ?? null;
  return walked.machine === 'cycle' ? cycle === null : cycle !== null;
}
