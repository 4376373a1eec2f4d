import type { SimFault } from '../schema/wire/simulator.ts';
import type { Probabilities } from './options.ts';
import type { Refusal } from './plc/motion.ts';
import type { Random } from './random.ts';

export interface PowerFault {
  kind: 'reboot' | 'powerCut';
  when: 'beforeMotion' | 'inMotion' | 'afterMotion';
  forMs: number;
}

/** What goes wrong with one motion. */
export interface StepFault {
  stuck: boolean;
  lie: boolean;
  /** Duration factor. */
  slow: number;
  power: PowerFault | null;
}

export interface CarFault {
  driveOffEarly: boolean;
  consentWithdrawn: boolean;
  notReady: 'parked' | 'hvOff' | 'consent' | null;
}

/** Faults that wait for a fitting moment, told by a person or drawn by probability. */
export interface FaultBoard {
  /** False for kinds that act at once and are not kept here. */
  arm(fault: SimFault): boolean;
  clear(): void;
  forMotion(bay: string, step: string): StepFault;
  verify(bay: string): Refusal | undefined;
  forCar(bay: string): CarFault;
  armed(): readonly SimFault[];
}

type Kind = SimFault['kind'];
const keptKinds: ReadonlySet<Kind> = new Set<Kind>([
  'stuck',
  'sensorLie',
  'slow',
  'verifyFails',
  'driveOffEarly',
  'consentWithdrawn',
  'notReady',
]);

export function createFaultBoard(probabilities: Probabilities, random: Random): FaultBoard {
  let armed: SimFault[] = [];

  /** Takes the first fitting fault; one with `times` stays until used up. */
  function take<K extends Kind>(kind: K, fits: (fault: Extract<SimFault, { kind: K }>) => boolean) {
    const index = armed.findIndex((fault) => fault.kind === kind && fits(fault as Extract<SimFault, { kind: K }>));
    const fault = armed[index] as Extract<SimFault, { kind: K }> | undefined;
    if (!fault) return null;
    const times = 'times' in fault ? fault.times : 1;
    if (times > 1) armed[index] = { ...fault, times: times - 1 } as SimFault;
    else armed.splice(index, 1);
    return fault;
  }

  function takePower(step: string): PowerFault | null {
    const fits = (fault: { when: string; step?: string | undefined }) =>
      fault.when !== 'now' && (fault.step === undefined || fault.step === step);
    const fault = take('reboot', fits) ?? take('powerCut', fits);
    if (!fault || fault.when === 'now') return null;
    return { kind: fault.kind, when: fault.when, forMs: fault.kind === 'powerCut' ? fault.forMs : 0 };
  }

  /** In the middle of the motion. Where no chance is given none is drawn: the world of a seed stays the same. */
  function powerByChance({ powerCut = 0, reboot = 0 }: Probabilities['step'][string]): PowerFault | null {
    if (powerCut > 0 && random.chance(powerCut))
      return { kind: 'powerCut', when: 'inMotion', forMs: random.int(500, 10_000) };
    return reboot > 0 && random.chance(reboot) ? { kind: 'reboot', when: 'inMotion', forMs: 0 } : null;
  }

  return {
    arm(fault) {
      const waits = keptKinds.has(fault.kind) || ('when' in fault && fault.when !== 'now');
      if (waits) armed.push(fault);
      return waits;
    },
    clear: () => {
      armed = [];
    },
    forMotion(bay, step) {
      const chances = probabilities.step[step] ?? probabilities.step.any ?? {};
      const fits = (fault: { bay: string; step: string }) => fault.bay === bay && fault.step === step;
      return {
        stuck: take('stuck', fits) !== null || random.chance(chances.stuck ?? 0),
        lie: take('sensorLie', fits) !== null || random.chance(chances.sensorLie ?? 0),
        slow: take('slow', fits)?.factor ?? (random.chance(chances.slow ?? 0) ? random.between(2, 6) : 1),
        power: takePower(step) ?? powerByChance(chances),
      };
    },
    verify(bay) {
      const fault = take('verifyFails', (candidate) => candidate.bay === bay);
      return fault ? { reason: fault.reason, detail: 'simulated' } : undefined;
    },
    forCar(bay) {
      const chances = probabilities.perCar;
      const fits = (fault: { bay: string }) => fault.bay === bay;
      const unready = take('notReady', fits)?.what ?? null;
      return {
        driveOffEarly: take('driveOffEarly', fits) !== null || random.chance(chances.driveOffEarly ?? 0),
        consentWithdrawn: take('consentWithdrawn', fits) !== null || random.chance(chances.consentWithdrawn ?? 0),
        notReady:
          unready ?? (random.chance(chances.notReady ?? 0) ? random.pick(['parked', 'hvOff', 'consent']) : null),
      };
    },
    armed: () => armed,
  };
}
