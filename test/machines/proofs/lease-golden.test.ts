import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StoredMachine } from '../../../machines/contract.ts';
import type { LeaseEvent } from '../../../machines/lease/events.ts';
import { leaseRunner } from '../../../machines/lease/machine.ts';
import { leaseMigrations } from '../../../machines/lease/migrations.ts';
import { stepLease } from '../../../machines/lease/step.ts';
import { leaseDefinition } from '../../../machines/lease/version.ts';
import { decode, encodeLater, type StoredForm } from '../../../machines/runtime/stored.ts';
import { startOfDay } from '../../../machines/settlement/calendar.ts';
import { projectRoot } from '../../../src/platform/paths.ts';
import { createLease } from '../../leases/lease-world.ts';
import { nodesOf } from './machine-walk.ts';

const advice = 'to write them anew: PITLANE_GOLDEN=write npx vitest run test/machines/proofs/lease-golden.test.ts';
const fileOf = (definition: number) => join(projectRoot, `test/machines/golden-lease/lease-${definition}.jsonl`);

interface Golden {
  form: StoredForm;
  /** What `events` lead to from there: state values after each. */
  next: string[];
}

const why = { reason: 'golden' };
const overdue = { type: 'overdue', statement: 's-1', dueDay: '2026-08-11' } as const;

/** A lease that stands once in every state, and remembers of everything something. */
function tour(): StoredForm[] {
  const forms: StoredForm[] = [];
  const lease = createLease({ graceDays: 3, minimumTermMonths: 1 });
  const keep = () => forms.push(JSON.parse(JSON.stringify(lease.last.stored.snapshot)) as StoredForm);
  keep();
  const go = (...events: LeaseEvent[]) => {
    for (const event of events) {
      expect(lease.step(event).refusal).toBeNull();
      keep();
    }
  };
  go({ type: 'activate', fromDay: '2026-08-10', untilDay: null });
  go({ type: 'changePlan', plan: { plan: 'taxi', version: 2, graceDays: 1 }, fromDay: '2026-09-01' });
  lease.to('2026-08-12');
  go(
    overdue,
    { type: 'dispute', dispute: 'd-1' },
    { type: 'suspend', ...why },
    { type: 'transfer', vin: 'CAR-2', ...why },
  );
  go({ type: 'resume', ...why }, { type: 'disputeResolved', dispute: 'd-1' });
  lease.to('2026-08-20');
  go({ type: 'clock' }, { type: 'paid', statement: 's-1' });
  go({ type: 'end', lastDay: '2026-09-30', override: false, ...why });
  lease.to('2026-09-01', 0);
  go({ type: 'clock' });
  lease.to('2026-10-01', 0);
  go({ type: 'clock' });
  return forms;
}

const restore = (definition: number, form: StoredForm): StoredMachine => ({
  kind: 'lease',
  definition,
  sourceHash: 'golden',
  snapshot: form,
});

const stanceOf = (stored: StoredMachine): unknown => (stored.snapshot as StoredForm).value;

/** A debt, then a month later the clock. */
const nextOf = (stored: StoredMachine): string[] => {
  const first = stepLease(stored, { ...overdue, statement: 's-9' }, startOfDay('2026-08-13'));
  const second = stepLease(first.stored, { type: 'clock' }, startOfDay('2026-12-24'));
  return [first.stored, second.stored].map((each) => JSON.stringify(stanceOf(each)));
};

if (process.env.PITLANE_GOLDEN === 'write') {
  test('golden snapshots of the lease are written anew', () => {
    const lines = tour().map((form) => JSON.stringify({ form, next: nextOf(restore(leaseDefinition, form)) }));
    writeFileSync(fileOf(leaseDefinition), `${lines.join('\n')}\n`);
  });
}

const definitions = Array.from({ length: leaseDefinition }, (_, n) => n + 1);

test.each(definitions)('every stored form of definition %i is read, written as it was and steps on', (definition) => {
  expect(existsSync(fileOf(definition)), advice).toBe(true);
  const goldens = readFileSync(fileOf(definition), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Golden);
  const met = new Set<string>();
  for (const { form, next } of goldens) {
    const live = decode(leaseRunner, leaseMigrations, restore(definition, form));
    const again = JSON.parse(JSON.stringify(encodeLater(leaseRunner, live).snapshot)) as StoredForm;
    if (definition === leaseDefinition) expect(again, advice).toEqual(form);
    expect(nextOf(restore(definition, form)), advice).toEqual(next);
    for (const { id, states } of (live.snapshot as unknown as { _nodes: { id: string; states: object }[] })._nodes)
      if (Object.keys(states).length === 0) met.add(id);
  }
  const all = nodesOf(leaseRunner.machine).filter(({ states }) => Object.keys(states).length === 0);
  expect(all.map(({ id }) => id).filter((id) => !met.has(id) && !id.endsWith('.deciding'))).toEqual([]);
});
