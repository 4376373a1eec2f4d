import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCliOptions, UsageError } from '../../station-sim/cli-options.ts';
import { readFaultPlan } from '../../station-sim/fault-plan.ts';

function file(text: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pitlane-sim-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  const name = path.join(folder, 'file.json');
  fs.writeFileSync(name, text);
  return name;
}

describe('the command line', () => {
  it('has defaults, counts stations out, and takes their names', () => {
    expect(readCliOptions([])).toMatchObject({ ids: ['bj-001'], speed: 1, seed: 'pitlane', traffic: 'rhythm' });
    expect(readCliOptions(['--stations', '3', '--station-prefix', 'sz'])?.ids).toEqual(['sz-001', 'sz-002', 'sz-003']);
    expect(readCliOptions(['--stations', 'north,south-2'])?.ids).toEqual(['north', 'south-2']);
    expect(readCliOptions(['--help'])).toBeNull();
  });

  it('reads logins and fault plans', () => {
    const credentials = file('{"bj-001": {"username": "bj-001", "password": "secret"}}');
    const plan = file('{"perHour": {"powerCut": 0.5}}');
    const options = readCliOptions(['--credentials', credentials, '--faults', plan]);
    expect(options?.logins.get('bj-001')?.password).toBe('secret');
    expect(options?.plan.perHour).toEqual({ powerCut: 0.5 });
  });

  it.each([
    [['--speed', '0']],
    [['--speed', 'fast']],
    [['--stations', '0']],
    [['--stations', '-3']],
    [['--stations', 'Capital Letters']],
    [['--traffic', 'jam']],
    [['--mqtt', 'http://example.org']],
    [['--credentials', '/no/such/file']],
    [['--faults', '{"perHour": {"earthquake": 1}}']],
    [['--faults', '{nonsense']],
    [['--unheard-of']],
    [['stray']],
  ])('answers %j with a sentence', (argv) => {
    expect(() => readCliOptions(argv)).toThrow(UsageError);
  });
});

describe('a fault plan', () => {
  it('names times, chances and message faults', () => {
    const plan = readFaultPlan(
      JSON.stringify({
        at: [{ atS: 60, station: 'bj-001', fault: { kind: 'powerCut', when: 'inMotion', forMs: 5000 } }],
        step: { any: { stuck: 0.01 }, lockPack: { slow: 0.1 } },
        messages: { dropPct: 10 },
      }),
    );
    expect(plan.at[0]?.fault.kind).toBe('powerCut');
    expect(plan.messages).toEqual({ dropPct: 10, duplicatePct: 0, reorderWithin: 0, delayMs: 0 });
  });

  it('says where it is wrong', () => {
    expect(() => readFaultPlan('{"at": [{"atS": -1, "fault": {"kind": "newJournal"}}]}')).toThrow(/at\.0\.atS/);
  });
});
