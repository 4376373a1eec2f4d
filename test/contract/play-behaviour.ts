import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../helpers/wait-for.ts';
import type { Received, ScriptedService } from './scripted-service.ts';
import type { StationUnderTest } from './station-under-test.ts';

const folder = new URL('./behaviours/', import.meta.url);

/**
 * A transcript: what is sent to a station, what must come back, and what must not. Texts that begin with `$` are variables; `+n` adds to
 * a number. In `fromStation` an unknown variable takes the value that is found there, and fields that are not named are not looked at.
 */
export interface Behaviour {
  name: string;
  about: string;
  /** Needs a person at the station or a hand on its power. */
  needs?: ('panel' | 'power' | 'car' | 'memory')[];
  steps: Step[];
}

type Message = Record<string, unknown>;

export type Step =
  | { toStation: Message }
  /** The next message that fits, from the last one found on. */
  | { fromStation: Message }
  /** No message that fits, within this time after the last one found. */
  | { neverFromStation: Message; forMs: number }
  | { taxi: true }
  | { loseRecords: true }
  | { press: 'emergencyStop' | 'reset' | 'confirm' }
  | { powerCut: true }
  | { acknowledge: boolean };

export function loadBehaviours(): Behaviour[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Behaviour);
}

type Variables = Record<string, unknown>;

interface Play {
  service: ScriptedService;
  station: StationUnderTest;
  variables: Variables;
  /** Everything before it has been looked at. */
  cursor: number;
}

let plays = 0;

/** Plays a transcript against a station that the service is connected to. Throws at the first step that does not come true. */
export async function playBehaviour(
  behaviour: Behaviour,
  service: ScriptedService,
  station: StationUnderTest,
): Promise<void> {
  plays += 1;
  const play: Play = { service, station, variables: await variablesOf(service), cursor: service.received.length };
  for (const [i, step] of behaviour.steps.entries()) {
    try {
      await playStep(play, step);
    } catch (cause) {
      const seen = service.received
        .slice(play.cursor)
        .filter(({ kind }) => kind !== 'heartbeat' && kind !== 'telemetry');
      const rest = seen.map((message) => JSON.stringify(message)).join('\n');
      throw new Error(`step ${i + 1} ${JSON.stringify(step)} of ${behaviour.name}; came since:\n${rest}`, { cause });
    }
  }
}

/** What every transcript may name: ids A to Z that were never used, a pack in its slot, another slot with a pack, an empty slot. */
async function variablesOf(service: ScriptedService): Promise<Variables> {
  const hello = await service.askHello();
  const full = hello.body.slots.filter((slot) => slot.code !== null);
  const empty = hello.body.slots.find((slot) => slot.code === null);
  const id = (letter: string, n: number) => [letter, `${service.station}/1/bay/main/1.${plays * 100 + n}.0`];
  return {
    ...Object.fromEntries([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map(id)),
    station: service.station,
    journal: hello.journalId,
    boot: hello.boot,
    beat: service.pulse.beat,
    epoch: service.epoch,
    lastSeq: hello.body.asOfSeq,
    pack: full[0]?.code,
    slot: full[0]?.slot,
    otherPack: full[1]?.code,
    otherSlot: full[1]?.slot,
    emptySlot: empty?.slot,
  };
}

async function playStep(play: Play, step: Step): Promise<void> {
  const { service, station } = play;
  if ('toStation' in step) sendTo(play, step.toStation);
  else if ('fromStation' in step) await find(play, step.fromStation);
  else if ('neverFromStation' in step) await never(play, step.neverFromStation, step.forMs);
  else if ('taxi' in step) await station.taxi();
  else if ('loseRecords' in step) await station.loseRecords();
  else if ('press' in step) await station.press(step.press);
  else if ('powerCut' in step) await station.powerCut();
  else service.acknowledges = step.acknowledge;
}

/** A command needs no more than id, type and params: the rest is what a service would send. */
function sendTo({ service, variables }: Play, message: Message): void {
  const filled = fill(message, variables) as Message;
  const usual = {
    hash: 'hash-of-the-content',
    bay: '1',
    validity: { boot: variables.boot, untilBeat: Number(variables.beat) + 120 },
  };
  const { validity, ...named } = usual;
  if (filled.kind === 'command') service.send({ ...named, validity, ...filled });
  else if (filled.kind === 'cancel') service.send({ ...named, ...filled });
  else service.send(filled);
}

async function find(play: Play, pattern: Message): Promise<void> {
  const { service, variables, cursor } = play;
  let bound: Variables = {};
  const index = await waitFor(`a message like ${JSON.stringify(pattern)}`, () => {
    const at = service.received.findIndex((message, i) => {
      bound = {};
      return i >= cursor && fits(message, pattern, variables, bound);
    });
    return at + 1;
  });
  Object.assign(variables, bound);
  play.cursor = index;
}

async function never(play: Play, pattern: Message, forMs: number): Promise<void> {
  const { service, variables, cursor } = play;
  await sleep(forMs);
  const found = service.received.slice(cursor).find((message: Received) => fits(message, pattern, variables, {}));
  if (found) throw new Error(`came although it must not: ${JSON.stringify(found)}`);
}

const variable = /^\$([A-Za-z]+)(?:\+(\d+))?$/;

function fill(value: unknown, variables: Variables): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, variables));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, variables)]));
  }
  const match = typeof value === 'string' ? variable.exec(value) : null;
  if (!match) return value;
  const [, name = '', add] = match;
  if (!(name in variables)) throw new Error(`nothing is known of ${value}`);
  return add ? Number(variables[name]) + Number(add) : variables[name];
}

function fits(found: unknown, pattern: unknown, variables: Variables, bound: Variables): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(found) && pattern.every((item) => found.some((one) => fits(one, item, variables, bound)));
  }
  if (typeof pattern === 'object' && pattern !== null) {
    const fields = Object.entries(pattern);
    return (
      typeof found === 'object' &&
      found !== null &&
      fields.every(([k, p]) => fits((found as Message)[k], p, variables, bound))
    );
  }
  const match = typeof pattern === 'string' ? variable.exec(pattern) : null;
  if (!match) return found === pattern;
  const name = match[1] ?? '';
  if (name in variables || name in bound) return found === fill(pattern, { ...variables, ...bound });
  bound[name] = found;
  return found !== undefined;
}
