import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFaultPoints, faultPointNames, noFaultPoints } from '../../src/platform/fault-points.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { ensureBuilt } from '../helpers/programs.ts';

describe('fault points', () => {
  it('do nothing unless they are armed', () => {
    expect(createFaultPoints(undefined)).toBe(noFaultPoints);
    for (const name of faultPointNames) createFaultPoints('before-resend:kill').isArmed(name);
    createFaultPoints('before-resend:kill').pass('after-receive');
  });

  it('know only the names of the list', () => {
    expect(() => createFaultPoints('somewhere:kill')).toThrow('there is no fault point somewhere');
    expect(() => createFaultPoints('after-receive:burn')).toThrow('can kill, pause or hang, not burn');
  });

  it('let nothing further that reaches one that hangs', async () => {
    const passed: string[] = [];
    const points = createFaultPoints('request-done:hang', (name) => passed.push(name));
    await points.reach('request-decided');
    const first = await Promise.race([points.reach('request-done').then(() => 'went on'), 'waits']);
    expect([first, passed]).toEqual(['waits', ['request-decided', 'request-done']]);
  });

  it('are each passed somewhere in the code', () => {
    const files = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('fault-points.ts'),
    );
    const code = files.map((file) => readFileSync(join(projectRoot, 'src', file), 'utf8')).join('\n');
    expect(faultPointNames.filter((name) => !code.includes(`pass('${name}')`))).toEqual([]);
  });

  it('end the process at the n-th passage', async () => {
    await ensureBuilt();
    const script = `
      import { createFaultPoints } from './dist/src/platform/fault-points.js';
      const points = createFaultPoints('before-commit:kill:3');
      for (let n = 1; n < 9; n++) { process.stdout.write(n + ' '); points.pass('before-commit'); }`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    expect(child.signal).toBe('SIGKILL');
    expect(child.stdout).toBe('1 2 3 ');
  });
});
