import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baySpec } from '../../machines/bay/spec.ts';
import type { StoredKind } from '../../machines/contract.ts';
import { cycleSpec } from '../../machines/cycle/spec.ts';
import { leaseSpec } from '../../machines/lease/spec.ts';
import type { StateSpec } from '../../machines/runtime/spec.ts';
import type { GeneratedFile } from './generated-file.ts';

/**
 * What determines states, context and stored form of a machine: its own folder, the steps it is made of, the runtime that stores it, the
 * states that come of all this (policy has a say in them), and the exact XState beneath. Otherwise policy and station are read afresh with
 * every step and leave nothing in the stored form.
 */
const shared: Record<StoredKind, readonly string[]> = {
  bay: ['machines/track', 'machines/runtime'],
  cycle: ['machines/track', 'machines/runtime'],
  lease: ['machines/runtime'],
};
const specs: Record<StoredKind, StateSpec> = { bay: baySpec, cycle: cycleSpec, lease: leaseSpec };
const notPart = new Set(['version.ts', 'migrations.ts']);

export const versionPath = (kind: StoredKind): string => `machines/${kind}/version.ts`;

/** First 16 hex digits of SHA-256 over the machine's sources. */
export function machineSourceHash(root: string, kind: StoredKind): string {
  const hash = createHash('sha256');
  for (const folder of [`machines/${kind}`, ...shared[kind]]) {
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts') && !notPart.has(file));
    for (const file of files.sort()) {
      hash.update(`${folder}/${file}\n${readFileSync(join(root, folder, file), 'utf8').replaceAll('\r\n', '\n')}\0`);
    }
  }
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  hash.update(JSON.stringify(specs[kind]));
  return hash.update(`xstate ${dependencies.xstate}`).digest('hex').slice(0, 16);
}

/** The version file of each machine with the hash of today's sources. The definition's number is raised by hand. */
export function machineVersions(root: string): GeneratedFile[] {
  return (['bay', 'cycle', 'lease'] as const).map((kind) => {
    const path = versionPath(kind);
    const text = readFileSync(join(root, path), 'utf8');
    const hash = `${kind}SourceHash = '${machineSourceHash(root, kind)}'`;
    return { path, text: text.replace(new RegExp(`${kind}SourceHash = '[^']*'`), hash) };
  });
}
