import { z } from 'zod';
import { bayId, stationId } from './ids.ts';

/**
 * `station/bay/machine/instance/epoch.version.index` (DESIGN section 5). A function of what was decided, never random:
 * the same decision always carries the same id, so a station that has seen it does not move again.
 */
export interface CommandIdParts {
  station: string;
  bay: string;
  machine: 'bay' | 'cycle';
  /** The swap id for a cycle, `main` for a bay. */
  instance: string;
  /** Epoch under which the command was decided. The epoch a message is fenced on is another field. */
  decidedEpoch: number;
  /** Instance version that the deciding step produced. */
  version: number;
  /** Position among the commands of that step. */
  index: number;
}

const pattern =
  /^([a-z0-9-]{1,32})\/([1-9][0-9]?)\/(bay|cycle)\/([a-z0-9.-]{1,64})\/(\d{1,15})\.(\d{1,15})\.(\d{1,4})$/;

export const commandId = z.string().regex(pattern, 'must be station/bay/machine/instance/epoch.version.index');

/** Hash of a command's bay, type and parameters: printable ASCII, compared and never computed by the station. */
export const commandHash = z.string().regex(/^[\x21-\x7e]{8,64}$/, 'must be 8 to 64 printable ASCII characters');

export function formatCommandId(parts: CommandIdParts): string {
  const { station, bay, machine, instance, decidedEpoch, version, index } = parts;
  return `${station}/${bay}/${machine}/${instance}/${decidedEpoch}.${version}.${index}`;
}

/** The parts of a well-formed id, or null. */
export function parseCommandId(id: string): CommandIdParts | null {
  const match = pattern.exec(id);
  if (!match) return null;
  const [, station = '', bay = '', machine, instance = '', epoch, version, index] = match;
  if (!stationId.safeParse(station).success || !bayId.safeParse(bay).success) return null;
  return {
    station,
    bay,
    machine: machine as 'bay' | 'cycle',
    instance,
    decidedEpoch: Number(epoch),
    version: Number(version),
    index: Number(index),
  };
}
