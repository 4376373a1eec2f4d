import type {
  Effect,
  Instance,
  StationInput,
  StationState,
  StationStep,
  StepStation,
} from '../../machines/contract.ts';

/** What the tiny bay of these tests remembers. */
export interface Memory {
  /** Sources and types of everything it was stepped with, oldest first. */
  seen: string[];
  /** The last command. */
  command: string | null;
}

const instanceOf = (revision: number, memory: Memory): Instance => ({
  machine: 'bay',
  instance: 'main',
  revision,
  stored: { kind: 'bay', definition: 1, sourceHash: 'fake', snapshot: memory },
});

export const newFakeBay = () => ({ bay: instanceOf(0, { seen: [], command: null }), cycle: null });

export const memoryOf = (state: StationState): Memory => state.bays['1']?.bay.stored.snapshot as Memory;

/**
 * A core that is easy to foresee: a car that enters gets a `release` command and a timer `late`; a result cancels the timer; an alarm with
 * code `throw` makes it throw, one with code `clash` puts two packs into one slot.
 */
export const stepFake: StepStation = (state, input, context) => step(state, input, context, 3_600_000);

/** The same with a timer that fires after so long: for tests of timers. Equipment is as fast as the clock here. */
export const stepFakeWithin =
  (lateMs: number): StepStation =>
  (state, input, context) =>
    step(state, input, context, lateMs);

function step(
  state: StationState,
  input: StationInput,
  context: Parameters<StepStation>[2],
  lateMs: number,
): StationStep {
  // It waits for nothing.
  if (input.source === 'facts') return { state, effects: [], ignored: [], changed: [] };
  const bay = state.bays['1']?.bay as Instance;
  const revision = bay.revision + 1;
  const effects: Effect[] = [];
  const before = memoryOf(state);
  const memory: Memory = { seen: [...before.seen, nameOf(input)], command: before.command };
  let next: StationState = state;
  const head = { bay: '1', machine: 'bay', instance: 'main' } as const;
  const command = () => {
    const id = `${state.station}/1/bay/main/${context.epoch}.${revision}.0`;
    const validity = { boot: state.boot, untilBeat: context.beat + context.validBeats };
    effects.push({
      kind: 'command',
      id,
      hash: 'h'.repeat(16),
      ...head,
      swap: null,
      type: 'release',
      params: { reason: 'x' },
      validity,
    });
    effects.push({ kind: 'armTimer', ...head, sendId: 'late', token: String(revision), dueAt: context.now + lateMs });
    memory.command = id;
    return id;
  };
  let action: StationStep['action'];
  if (input.source === 'hello') {
    const { anchor, timeScale } = input.hello;
    next = {
      ...next,
      reconciled: true,
      boot: input.boot,
      timeScale,
      anchor: { utcMs: Date.parse(anchor.utc), atMs: anchor.atMs },
    };
  } else if (input.source === 'link') {
    next = { ...next, reconciled: false };
  } else if (input.source === 'action') {
    if (input.request.action === 'abort') return refused(state);
    action = { accepted: true, commandId: input.request.action === 'hold' ? null : command() };
  } else if (input.source === 'record') {
    const { record } = input;
    if (record.type === 'vehicleEntered') command();
    if (record.type === 'vehicleLeft' && before.command)
      effects.push({ kind: 'supersede', id: before.command, bay: '1' });
    if (record.type === 'commandResult') effects.push({ kind: 'cancelTimer', ...head, sendId: 'late' });
    if (record.type === 'alarm' && record.body.code === 'throw') throw new Error('this core cannot do that');
    if (record.type === 'alarm' && record.body.code === 'clash') next = clash(effects, next);
  }
  return {
    state: { ...next, bays: { 1: { bay: instanceOf(revision, memory), cycle: null } } },
    effects,
    ignored: [],
    changed: [{ bay: '1', instance: instanceOf(revision, memory), ended: false }],
    ...(action ? { action } : {}),
  };
}

const refused = (state: StationState): StationStep => ({
  state,
  effects: [],
  ignored: [],
  changed: [],
  action: { accepted: false, reason: 'never', allowed: ['hold'] },
});

function clash(effects: Effect[], state: StationState): StationState {
  const packs = { ...state.packs };
  const to = { kind: 'slot', key: `${state.station}/slot/1`, station: state.station } as const;
  for (const code of ['PITPB00TRACE01A110000001', 'PITPB00TRACE01A110000002']) {
    effects.push({ kind: 'moveBattery', code, from: null, to, bay: null, swap: null, cause: 'clash', reading: null });
    packs[code] = { ...strange, code, place: to };
  }
  return { ...state, packs };
}

function nameOf(input: StationInput): string {
  switch (input.source) {
    case 'record':
      return `record ${input.record.type}`;
    case 'timer':
      return `timer ${input.sendId}`;
    case 'action':
      return `action ${input.request.action}`;
    case 'gap':
      return `gap ${input.reason}`;
    default:
      return input.source;
  }
}

const strange: Omit<StationState['packs'][string], 'code' | 'place'> = {
  custodyVersion: 1,
  model: '',
  firmware: '',
  socPct: null,
  sohPct: null,
  energyWh: null,
  ready: false,
  alarmLevel: 0,
  status: 'inService',
  reservedBy: null,
};
