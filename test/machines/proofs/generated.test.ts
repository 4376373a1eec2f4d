import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateDiagram } from '../../../machines/diagram.ts';
import { machineDiagrams } from '../../../src/docs/machine-diagrams.ts';
import { projectRoot } from '../../../src/platform/paths.ts';

const committed = (path: string): string | null =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : null;

test.each(machineDiagrams())('$path shows the machine as it is (else: npm run docs:generate)', ({ path, text }) => {
  expect(committed(path)).toBe(text);
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
