import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bayRunner } from '../../../machines/bay/machine.ts';
import type { Instance, MachineKind, StationStep } from '../../../machines/contract.ts';
import { cycleRunner } from '../../../machines/cycle/machine.ts';
import type { StoredForm } from '../../../machines/runtime/stored.ts';
import { liveOf } from '../../../machines/station/live.ts';
import { projectRoot } from '../../../src/platform/paths.ts';

const folder = join(projectRoot, 'test/machines/golden');

/** A stored form, and the value that one event leads to from there. */
export interface Golden {
  form: StoredForm;
  next: unknown;
}

export interface GoldenFile {
  kind: MachineKind;
  definition: number;
  forms: Golden[];
}

export const runners = { bay: bayRunner, cycle: cycleRunner };

/** Every golden file, one per machine and definition, those of older definitions too. A head, then one form on each line. */
export function readGolden(): GoldenFile[] {
  return readdirSync(folder).map((file) => {
    const [head = '', ...lines] = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
    return {
      ...(JSON.parse(head) as Omit<GoldenFile, 'forms'>),
      forms: lines.map((line) => JSON.parse(line) as Golden),
    };
  });
}

export function writeGolden({ kind, definition, forms }: GoldenFile): void {
  const lines = [{ kind, definition }, ...forms].map((line) => JSON.stringify(line));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${kind}-${definition}.jsonl`), `${lines.join('\n')}\n`);
}

/** Keeps a stored form for every atomic state that no kept one stands in. */
export function createCollector() {
  const forms: Record<MachineKind, StoredForm[]> = { bay: [], cycle: [] };
  const met = new Set<string>();

  function take(instance: Instance): void {
    const ids = atomicIds(instance);
    if (ids.every((id) => met.has(id))) return;
    for (const id of ids) met.add(id);
    forms[instance.machine].push(JSON.parse(JSON.stringify(instance.stored.snapshot)) as StoredForm);
  }

  return {
    forms,
    watch: (step: StationStep): void => {
      for (const { instance } of step.changed) take(instance);
    },
  };
}

function atomicIds(instance: Instance): string[] {
  const nodes = (liveOf(instance).snapshot as unknown as { _nodes: { id: string; states: object }[] })._nodes;
  return nodes.filter(({ states }) => Object.keys(states).length === 0).map(({ id }) => id);
}
