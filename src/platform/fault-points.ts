/**
 * Named places in the code where a test may stop the process at exactly the dangerous moment. Nothing is armed in production: passing a
 * point then costs one comparison.
 */
export const faultPointNames = [
  /** A message has come from the broker; nothing has been done with it. */
  'after-receive',
  /** Inputs were taken from the mailboxes; no machine has been stepped. */
  'before-step',
  /** Stepped and folded in memory; the statement has not been sent. */
  'before-commit',
  /** The statement is on its way; its answer has not been read. */
  'commit-sent',
  /** The answer has come; memory does not know it yet. */
  'commit-answered',
  /** Committed; no commit acknowledgement has been sent. */
  'after-commit-before-ack',
  /** Committed; the commands it decided have not been published. */
  'after-commit-before-publish',
  /** A command was handed to the broker; nothing else of the commit. */
  'after-publish',
  /** A timer is due; its input has not been stepped. */
  'timer-fired-before-commit',
  /** The lease row is ours; nothing has been subscribed. */
  'lease-taken',
  /** Subscribed after a takeover; no hello has been asked for. */
  'takeover-before-hello-request',
  /** A hello waits for the mark; it has not been stepped. */
  'hello-before-apply',
  /** The hello is committed; open commands have not been sent again. */
  'hello-applied-before-resend',
  /** A command is about to be sent again. */
  'before-resend',
  /** A gap was given up; `skipped` has not been committed. */
  'before-skip',
  /** A record with a bad body was recognised; its dead letter has not been committed. */
  'before-dead-letter',
  /** A person's action was committed by a process that does not own the station; the owner has not been woken. */
  'foreign-step-before-wake',
  /** Some rows of a file are staged; more are to come. */
  'import-staging',
  /** A file is accepted; its client has not been answered. */
  'import-accepted',
  /** A file is checked; the statement that brings it in has not been sent. */
  'import-before-apply',
  /** That statement has been answered; nobody knows it yet. */
  'import-applied',
  /** A request for a change was understood and decided; its statement has not been sent. */
  'request-decided',
  /** That statement has been answered; the client has not. */
  'request-done',
  /** A planner has claimed what it will work on. */
  'planner-claimed',
  /** It knows what to write; the statement has not been sent. */
  'planner-decided',
  /** That statement has been answered; what comes next has not begun. */
  'planner-written',
  /** A bay has been told; that it has is not on record. */
  'planner-told',
  /** A party's statement of a month is made; what writes it has not been sent. */
  'month-decided',
  /** It has been answered; the next party's has not begun. */
  'month-closed',
] as const;

export type FaultPointName = (typeof faultPointNames)[number];

export interface FaultPoints {
  pass(name: FaultPointName): void;
  /** The same for what may wait, where a test can have every passage `hang`: one kill then meets many requests at the same place. */
  reach(name: FaultPointName): Promise<void>;
  /** For the few places that must wait until bytes have left the process before they stop. */
  isArmed(name: FaultPointName): boolean;
}

export const noFaultPoints: FaultPoints = { pass: () => {}, reach: async () => {}, isArmed: () => false };

/**
 * `PITLANE_FAULT_POINT=name:kill` or `name:pause`, with `:n` behind it to act at the n-th passage instead of the first; several are separated by
 * commas. `kill` is SIGKILL, `pause` is SIGSTOP until somebody continues the process, `hang` has whatever reaches the point go no further. A listener
 * sees every passage of a test in process.
 */
export function createFaultPoints(spec: string | undefined, onPass?: (name: FaultPointName) => void): FaultPoints {
  if (!spec && !onPass) return noFaultPoints;
  const armed = new Map<string, { signal: NodeJS.Signals; left: number }>();
  const hanging = new Set<string>();
  for (const part of (spec ?? '').split(',').filter((text) => text !== '')) {
    const [name = '', action = 'kill', nth = '1'] = part.split(':');
    if (!(faultPointNames as readonly string[]).includes(name)) throw new Error(`there is no fault point ${name}`);
    if (action === 'hang') hanging.add(name);
    else if (action !== 'kill' && action !== 'pause')
      throw new Error(`a fault point can kill, pause or hang, not ${action}`);
    else armed.set(name, { signal: action === 'kill' ? 'SIGKILL' : 'SIGSTOP', left: Number(nth) });
  }
  const pass = (name: FaultPointName) => {
    onPass?.(name);
    const point = armed.get(name);
    if (!point) return;
    point.left -= 1;
    if (point.left > 0) return;
    armed.delete(name);
    process.kill(process.pid, point.signal);
  };
  return {
    isArmed: (name) => armed.has(name),
    pass,
    async reach(name) {
      pass(name);
      if (hanging.has(name)) await new Promise(() => {});
    },
  };
}
