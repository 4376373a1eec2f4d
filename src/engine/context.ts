import type { StepStation } from '../../machines/contract.ts';
import type { Pool } from '../db/pool.ts';
import type { FaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import type { BrokerConnection } from '../plc/connection.ts';
import type { EventRow } from './commit/rows.ts';
import type { EngineConfig } from './config.ts';
import type { Leases } from './leases.ts';
import type { EngineMetrics } from './metrics.ts';
import type { PlantedBug } from './planted-bugs.ts';
import type { Profile } from './profile.ts';
import type { Runtime } from './runtime.ts';
import type { Image } from './station/image.ts';
import type { NewBay } from './station/load.ts';
import type { Work } from './station/work.ts';

export interface Clock {
  /** UTC epoch ms. */
  wall(): number;
  /** Monotonic ms. */
  monotonic(): number;
}

export const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/** One committed change of a station, for live views. By (station, n) a reader sees what it has missed. */
export interface Change {
  station: string;
  version: number;
  events: readonly EventRow[];
  image: Image;
}

/** The connection to the broker, as far as the engine uses it. */
export type BrokerLink = Pick<BrokerConnection, 'connected' | 'publish' | 'subscribe' | 'unsubscribe'>;

/** What the parts of the engine share. */
export interface EngineContext {
  config: EngineConfig;
  pool: Pool;
  link: BrokerLink;
  log: Log;
  clock: Clock;
  faultPoints: FaultPoints;
  stepStation: StepStation;
  newBay: NewBay;
  metrics: EngineMetrics;
  profile: Profile;
  bugs: ReadonlySet<PlantedBug>;
  leases: Leases;
  stations: Map<string, Runtime>;
  /** Puts work into a station's mailbox and sees to it that it is done. */
  push(runtime: Runtime, work: Work): void;
  announce(change: Change): void;
}
