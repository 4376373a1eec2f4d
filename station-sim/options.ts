import type { StateStore } from './store/store.ts';

/** How cars come. `flat`: the next one drives in 15 to 25 s after the last left. `rhythm`: Poisson along a city's half-hours. */
export type TrafficKind = 'flat' | 'rhythm' | 'none';

export interface StationSize {
  bays: number;
  berths: 1 | 2;
  slots: number;
  /** Packs in the slots at the start. */
  packs: number;
  stationPowerW: number;
  slotPowerW: number;
  isolationBoxes: number;
}

export interface Probabilities {
  /** Chance that a motion of this step (or `any`) meets the fault. */
  step: Record<string, { stuck?: number; sensorLie?: number; slow?: number; powerCut?: number; reboot?: number }>;
  /** Expected number per equipment hour. */
  perHour: {
    powerCut?: number;
    reboot?: number;
    emergencyStop?: number;
    overheat?: number;
    linkLoss?: number;
    wrongPack?: number;
    dirtyLabel?: number;
  };
  /** Chance that a car drives off early, withdraws consent or arrives unready. */
  perCar: { driveOffEarly?: number; consentWithdrawn?: number; notReady?: number };
}

export interface SimStationOptions {
  /** Station id, as in topics. */
  id: string;
  seed: string;
  size?: Partial<StationSize>;
  traffic?: TrafficKind;
  /** Mean arrivals per equipment day in `rhythm`. */
  arrivalsPerDay?: number;
  /** VINs of the taxis that come, none of another station; null: as many as are needed. */
  taxis?: readonly string[] | null;
  /** A taxi is at the door when the world begins, whatever the traffic. */
  openWithTaxi?: boolean;
  /** Equipment seconds per wall second. */
  timeScale?: number;
  /** Wall clock at the start, Unix ms. Every later time given to the station is on the same clock. */
  startWallMs: number;
  store?: StateStore;
  /** Opens where the physical journal goes as JSON lines; told the number of the newest entry the stored state knows. */
  openPhysical?: ((lastN: number) => (lines: string) => void) | null;
  /** Physical journal entries kept in memory. */
  keepPhysical?: number;
  /** Wall seconds between telemetry messages; 0 sends none. */
  telemetryEveryS?: number;
  /** Heartbeat every wall second; off only where a bench counts messages. */
  heartbeat?: boolean;
  probabilities?: Partial<Probabilities>;
  firmware?: string;
  /** A person presses reset and confirm so many equipment seconds after a stop; null: nobody does. */
  attendantAfterS?: number | null;
  /** Which stops that person sees to. An e-stop that a player presses is the player's to undo. */
  attendantFor?: 'anyStop' | 'powerLoss';
}

export const defaultSize: StationSize = {
  bays: 1,
  berths: 2,
  slots: 60,
  packs: 60,
  stationPowerW: 1_600_000,
  slotPowerW: 60_000,
  isolationBoxes: 2,
};

export type ResolvedOptions = Required<Omit<SimStationOptions, 'size' | 'probabilities'>> & {
  size: StationSize;
  probabilities: Probabilities;
};

export function resolveOptions(options: SimStationOptions, noStore: () => StateStore): ResolvedOptions {
  const size = { ...defaultSize, ...options.size };
  return {
    id: options.id,
    seed: options.seed,
    size: { ...size, packs: Math.min(size.packs, size.slots) },
    traffic: options.traffic ?? 'none',
    arrivalsPerDay: options.arrivalsPerDay ?? Math.round((420 * size.slots) / defaultSize.slots),
    taxis: options.taxis ?? null,
    openWithTaxi: options.openWithTaxi ?? false,
    timeScale: options.timeScale ?? 1,
    startWallMs: options.startWallMs,
    store: options.store ?? noStore(),
    openPhysical: options.openPhysical ?? null,
    keepPhysical: options.keepPhysical ?? 20_000,
    telemetryEveryS: options.telemetryEveryS ?? 10,
    heartbeat: options.heartbeat ?? true,
    attendantAfterS: options.attendantAfterS ?? null,
    attendantFor: options.attendantFor ?? 'anyStop',
    firmware: options.firmware ?? 'sim-1.0',
    probabilities: {
      step: options.probabilities?.step ?? {},
      perHour: options.probabilities?.perHour ?? {},
      perCar: options.probabilities?.perCar ?? {},
    },
  };
}
