import type { ActionRequest, BayAction } from '../../machines/contract.ts';
import type { Bay } from '../../schema/wire/api/station.ts';

/** What became of an action that the bay took. */
export interface ActionTaken {
  accepted: true;
  /** Number in the station's log. */
  eventN: number;
  /** The first command to the station that it led to. */
  commandId: string | null;
}

export interface ActionRefused {
  accepted: false;
  reason: string;
  allowed: BayAction[];
}

/** What the API needs of whoever can step machines. Works in every process, whether it owns the station or not. */
export interface BayDesk {
  /** The bays of these stations, by station and number. Unknown stations have none. */
  readBays(stations: readonly string[]): Promise<Bay[]>;
  act(station: string, request: ActionRequest, requestId: string): Promise<ActionTaken | ActionRefused>;
  /** From here on the new journal counts. */
  adopt(station: string, journalId: string, by: string): Promise<void>;
}
