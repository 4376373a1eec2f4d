import type { Device } from '../world/model.ts';

/**
 * The independent judge: every physical change of a station in the order it happened, whatever the PLC told or forgot to tell.
 * Nothing in it is ever sent to the service.
 */
export interface PhysicalHead {
  n: number;
  station: string;
  /** Equipment milliseconds since the world began. */
  equipMs: number;
  wallMs: number;
  boot: number;
}

export type PhysicalFact =
  | { kind: 'device'; bay: string; device: Device; from: string; to: string; commandId: string | null }
  /** From null: the pack came into the world; to null: it was taken out of it. */
  | { kind: 'pack'; pack: string; from: string | null; to: string | null; commandId: string | null }
  | { kind: 'motion'; phase: 'begin' | 'end' | 'interrupted'; bay: string; motion: string; commandId: string | null }
  /** A command the interlocks did not let begin. */
  | { kind: 'refused'; bay: string; motion: string; commandId: string; reason: string; detail: string | null }
  | { kind: 'vehicle'; bay: string; vin: string; to: 'entering' | 'inPosition' | 'leaving' | 'gone' }
  /** A person or a fault set the state by hand: `device` and `pack` facts until the next motion are not machine moves. */
  | { kind: 'hand'; what: string }
  | ({ kind: 'swap' } & SwapMeasure);

/** What the station itself measured of one car's stay, from wheels on the stops to released. */
export interface SwapMeasure {
  bay: string;
  vin: string;
  /** A pack was exchanged. */
  exchanged: boolean;
  /** Equipment milliseconds the car queued before it drove in. */
  waitedMs: number;
  inPositionAtMs: number;
  releasedAtMs: number;
  /** Equipment milliseconds from `vehicleInPosition` to released. */
  swapMs: number;
  /** Wall milliseconds the station waited for the service, summed over the gaps that held up the robot. */
  serviceShareMs: number;
  /**
   * Each of these waits: from the result's leaving to the command's coming by the wall's clock, and from the motion's end to the next one's
   * begin by the equipment's. The second is longer by what the station itself took to send and to begin.
   */
  gaps: { before: string; wallMs: number; equipMs: number }[];
  /** SOC of the pack that left in the car, percent; null without a pack. */
  outSocPct: number | null;
}

export type PhysicalEntry = PhysicalHead & PhysicalFact;

export interface PhysicalJournal {
  append(head: Omit<PhysicalHead, 'n' | 'station'>, fact: PhysicalFact): void;
  /** Oldest first. Bounded: `dropped` says how many older ones are gone. */
  entries(): readonly PhysicalEntry[];
  dropped(): number;
  /** Number of the newest entry. */
  lastN(): number;
  /** Hands the lines since the last flush to the sink. */
  flush(): void;
}

export interface PhysicalOptions {
  station: string;
  /** Entries kept in memory. */
  keep: number;
  startAt: number;
  sink: ((lines: string) => void) | null;
}

export function createPhysicalJournal(options: PhysicalOptions): PhysicalJournal {
  let kept: PhysicalEntry[] = [];
  let dropped = 0;
  let n = options.startAt;
  let unsunk: PhysicalEntry[] = [];
  return {
    append(head, fact) {
      n += 1;
      const entry = { n, station: options.station, ...head, ...fact } as PhysicalEntry;
      kept.push(entry);
      if (options.sink) unsunk.push(entry);
      if (kept.length > options.keep * 1.25) {
        const cut = kept.length - options.keep;
        kept = kept.slice(cut);
        dropped += cut;
      }
    },
    entries: () => kept,
    dropped: () => dropped,
    lastN: () => n,
    flush() {
      if (!options.sink || unsunk.length === 0) return;
      options.sink(unsunk.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      unsunk = [];
    },
  };
}
