import type { TakenAction } from './runner.ts';

export interface ArmedTimer {
  sendId: string;
  token: string;
  delayMs: number;
}

export interface FoldedTimers {
  /** Token by send id, after the step. */
  timers: Record<string, string>;
  armed: ArmedTimer[];
  cancelled: string[];
}

/**
 * XState's delayed raises and cancels of one step, as durable timers. What is armed and cancelled within the step leaves no trace. A
 * timer that was armed before and is armed again gets a new token: the old one, should it still fire, is stale.
 */
export function foldTimers(
  before: Readonly<Record<string, string>>,
  actions: readonly TakenAction[],
  tokenPrefix: string,
): FoldedTimers {
  let timers: Record<string, string> | null = null;
  const armed = new Map<string, ArmedTimer>();
  for (const { type, params } of actions) {
    if (type === 'xstate.raise') {
      const { id, delay } = params as { id?: string; delay?: number };
      if (delay === undefined || id === undefined) continue;
      const token = `${tokenPrefix}.${armed.size}`;
      timers = { ...(timers ?? before), [id]: token };
      armed.delete(id);
      armed.set(id, { sendId: id, token, delayMs: delay });
    } else if (type === 'xstate.cancel') {
      const { sendId } = params as { sendId: string };
      if (!(sendId in (timers ?? before))) continue;
      timers = { ...(timers ?? before) };
      delete timers[sendId];
      armed.delete(sendId);
    }
  }
  if (!timers) return { timers: before as Record<string, string>, armed: [], cancelled: [] };
  const after = timers;
  return { timers: after, armed: [...armed.values()], cancelled: Object.keys(before).filter((id) => !(id in after)) };
}
