import type { AnyMachineSnapshot } from 'xstate';
import type { StoredMachine } from '../contract.ts';
import type { Runner } from './runner.ts';

/** A machine in memory: XState's snapshot, and the token of every timer that is armed, by send id. */
export interface Live {
  snapshot: AnyMachineSnapshot;
  timers: Readonly<Record<string, string>>;
}

/** What stands in `StoredMachine.snapshot`, a type of its own: XState's persisted snapshot without what is always the same. */
export interface StoredForm {
  status: 'active' | 'done';
  value: unknown;
  context: Record<string, unknown>;
  timers: Readonly<Record<string, string>>;
}

/** Turns the stored form of definition n into that of n + 1. */
export type Migration = (form: StoredForm) => StoredForm;

const decoded = new WeakMap<StoredMachine, Live>();

/**
 * The stored form of a live machine. `snapshot` is computed when first read: an engine that steps a machine many times and writes it
 * once pays for one encoding.
 */
export function encodeLater(runner: Runner, live: Live): StoredMachine {
  let form: StoredForm | null = null;
  const stored: StoredMachine = {
    kind: runner.kind,
    definition: runner.definition,
    sourceHash: runner.sourceHash,
    get snapshot() {
      form ??= encode(live);
      return form;
    },
  };
  decoded.set(stored, live);
  return stored;
}

/** What XState's `getPersistedSnapshot` gives; that copies the whole context, in search of actors that none of ours may have. */
function encode({ snapshot, timers }: Live): StoredForm {
  const { status, value, context } = snapshot as unknown as StoredForm;
  return { status, value, context, timers };
}

/** The live machine of a stored one: remembered by object, else restored, through migrations where an older definition wrote it. */
export function decode(runner: Runner, migrations: Readonly<Record<number, Migration>>, stored: StoredMachine): Live {
  const known = decoded.get(stored);
  if (known) return known;
  if (stored.definition > runner.definition) {
    throw new Error(`${stored.kind} machine was written by definition ${stored.definition}, newer than this program`);
  }
  let form = stored.snapshot as StoredForm;
  for (let from = stored.definition; from < runner.definition; from += 1) {
    const migrate = migrations[from];
    if (!migrate) throw new Error(`${stored.kind} machine: no migration from definition ${from}`);
    form = migrate(form);
  }
  const { status, value, context, timers } = form;
  const persisted = { status, value, context: structuredClone(context), children: {}, historyValue: {} };
  const live: Live = { snapshot: runner.restore({ ...persisted, output: undefined, error: undefined }), timers };
  decoded.set(stored, live);
  return live;
}
