import { describe, expect, test } from 'vitest';
import { bayMigrations } from '../../../machines/bay/migrations.ts';
import type { Instance, MachineKind, StoredMachine } from '../../../machines/contract.ts';
import { cycleMigrations } from '../../../machines/cycle/migrations.ts';
import { decode, encodeLater, type Live, type StoredForm } from '../../../machines/runtime/stored.ts';
import { withImage } from '../../../machines/station/image.ts';
import { defaultStationType } from '../../../machines/station-type.ts';
import { newStation } from '../../../machines/step-station.ts';
import type { Image } from '../../../machines/track/memory.ts';
import { restingSensors } from '../helpers/plc.ts';
import { createWorld, packCode, vinOf } from '../helpers/world.ts';
import { createCollector, type Golden, readGolden, runners, writeGolden } from './golden-forms.ts';
import { nodesOf } from './machine-walk.ts';
import { watchSteps } from './track-world.ts';
import { walk, walks } from './walk.ts';

/** Regenerating is right before a release of a definition; afterwards a change of the stored form needs a new definition and a migration. */
const advice = 'to write them anew: PITLANE_GOLDEN=write npx vitest run test/machines/proofs/golden.test.ts';

const migrations = { bay: bayMigrations, cycle: cycleMigrations };

/** Left again in the step that enters them, so never stored. */
const passing = /\.(deciding|entering)$/;

function restore(kind: MachineKind, definition: number, form: StoredForm): Live {
  const stored: StoredMachine = { kind, definition, sourceHash: 'golden', snapshot: form };
  return decode(runners[kind], migrations[kind], stored);
}

const image: Image = {
  state: { ...newStation('bj-001', defaultStationType, { simulated: true }), reconciled: true },
  now: 2_000_000,
  at: 2_000_000,
  atMs: 1_000_000,
  boot: 1,
  revision: 1000,
  epoch: 1,
  validity: { boot: 1, untilBeat: 20 },
  bayBusy: false,
  bayStuck: false,
  isolate: [],
  unreadBoxes: [],
};

/** XState's own way to store a snapshot. */
const persisted = (kind: MachineKind, { snapshot }: Live) =>
  runners[kind].machine.getPersistedSnapshot(snapshot) as unknown as StoredForm;

/** What a reading of the sensors of an empty bay leads to. */
const oneEvent = (kind: MachineKind, { snapshot }: Live): unknown =>
  runners[kind].transition(withImage(snapshot, image), { type: 'sensors', sensors: restingSensors } as never).snapshot
    .value;

if (process.env.PITLANE_GOLDEN === 'write') {
  test('golden snapshots are written anew', { timeout: 300_000 }, () => {
    const collector = createCollector();
    watchSteps(collector.watch);
    for (const each of walks) walk(each);
    for (const { step } of tour()) collector.watch(step);
    for (const kind of ['bay', 'cycle'] as const) {
      const { definition } = runners[kind];
      const forms = collector.forms[kind].map(
        (form): Golden => ({
          form,
          next: form.status === 'done' ? null : oneEvent(kind, restore(kind, definition, form)),
        }),
      );
      writeGolden({ kind, definition, forms });
    }
  });
}

/** What the walks of the tracks do not pass: the bay around its shuttle, and a cycle that waits. */
function tour() {
  const world = createWorld({ packs: 2 });
  world.hello();
  const promise = { reservation: 'r1', vin: vinOf(1), pack: packCode(1), arrivesAt: world.now + 3_600_000 };
  world.input({ source: 'reservation', bay: '1', ...promise, state: 'due' });
  world.run(() => false, 3_600_000);
  world.action({ action: 'maintenance' });
  world.action({ action: 'return-to-service' });
  world.loseLink();
  world.hello();
  world.arrive(1, { consent: false });
  world.run(() => false, 10_000);
  world.changeVehicle({ consent: true });
  world.emergencyStop();
  world.recover();
  world.run(() => world.swap()?.endedAt != null);
  world.leave();
  return world.steps;
}

describe.each(readGolden())('$kind, definition $definition', ({ kind, definition, forms }) => {
  test('every stored form is read, written as it was and steps on', () => {
    expect(forms.length).toBeGreaterThan(20);
    for (const { form, next } of forms) {
      const live = restore(kind, definition, form);
      const instance: Instance['stored'] = encodeLater(runners[kind], live);
      const again = JSON.parse(JSON.stringify(instance.snapshot)) as StoredForm;
      const { status, value, context } = persisted(kind, live);
      expect(again).toEqual(JSON.parse(JSON.stringify({ status, value, context, timers: live.timers })));
      // An older form has been brought up; it then only has to be stable.
      if (definition === runners[kind].definition) expect(again, advice).toEqual(form);
      else expect(restore(kind, runners[kind].definition, again).snapshot.value).toEqual(live.snapshot.value);
      if (form.status !== 'done') expect(oneEvent(kind, live), advice).toEqual(next);
    }
  });
});

test.each(['bay', 'cycle'] as const)('the golden forms of the %s stand in every state that is ever stored', (kind) => {
  const file = readGolden().find((each) => each.kind === kind && each.definition === runners[kind].definition);
  const met = new Set(file?.forms.flatMap(({ form }) => atomic(kind, form.value)));
  const all = nodesOf(runners[kind].machine).filter(({ states }) => Object.keys(states).length === 0);
  expect(
    all.map(({ id }) => id).filter((id) => !met.has(id) && !passing.test(id)),
    advice,
  ).toEqual([]);
});

/** Ids of the atomic states of a value. */
function atomic(path: string, value: unknown): string[] {
  if (typeof value === 'string') return [`${path}.${value}`];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    inner !== null && typeof inner === 'object' && Object.keys(inner).length === 0
      ? [`${path}.${key}`]
      : atomic(`${path}.${key}`, inner),
  );
}
