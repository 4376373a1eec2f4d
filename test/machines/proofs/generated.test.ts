import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bayRunner } from '../../../machines/bay/machine.ts';
import { cycleRunner } from '../../../machines/cycle/machine.ts';
import { stateDiagram } from '../../../machines/diagram.ts';
import { leaseRunner } from '../../../machines/lease/machine.ts';
import { machineDiagrams } from '../../../src/docs/machine-diagrams.ts';
import { machineSourceHash, versionPath } from '../../../src/docs/machine-versions.ts';
import { projectRoot } from '../../../src/platform/paths.ts';

const committed = (path: string): string | null =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : null;

test.each(machineDiagrams())('$path shows the machine as it is (else: npm run docs:generate)', ({ path, text }) => {
  expect(committed(path)).toBe(text);
});

test.each([
  ['bay', bayRunner],
  ['cycle', cycleRunner],
  ['lease', leaseRunner],
] as const)('the %s carries the hash of the sources that determine it', (kind, { sourceHash }) => {
  const advice = [
    `The sources of the ${kind} machine have changed since ${versionPath(kind)} was written.`,
    'Do its states or its context differ, so that a machine stored before reads otherwise now? Then raise the definition there and write',
    `the migration from the older one in machines/${kind}/migrations.ts. In any case: npm run docs:generate.`,
  ].join(' ');
  expect(sourceHash, advice).toBe(machineSourceHash(projectRoot, kind));
});

test('a diagram shows regions, guards, timers and what is taken anywhere', () => {
  const text = stateDiagram({
    id: 'lamp',
    type: 'parallel',
    states: {
      light: {
        initial: 'off',
        on: { cut: { guard: { type: 'is', params: { state: 'wet' } }, target: '.off' } },
        states: {
          off: { on: { press: { target: 'on' } } },
          on: { after: { tooLong: { target: '#lamp.light.off' } }, always: { guard: 'broken', target: 'off' } },
        },
      },
      fan: { initial: 'still', states: { still: { on: { touch: {} } } } },
    },
  });
  const lines = text.split('\n').map((line) => line.trim());
  expect(lines).toContain('--');
  expect(lines).toContain('lamp_light_off --> lamp_light_on : press');
  expect(lines).toContain('lamp_light_on --> lamp_light_off : [broken]<br>after tooLong');
  expect(lines).toContain('lamp_light_anywhere --> lamp_light_off : cut [is wet]');
  expect(lines).toContain('lamp_fan_still : touch');
});
