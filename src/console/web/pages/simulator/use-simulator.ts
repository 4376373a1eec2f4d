import { notifications } from '@mantine/notifications';
import { useCallback, useRef, useState } from 'react';
import type { SimulatorBody } from '../../../../../schema/wire/api/simulator.ts';
import { newIdempotencyKey } from '../../../../client/client.ts';
import { api, bodyOf } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';

/** One thing asked of the simulator, and what it said. */
export interface Asked {
  n: number;
  at: number;
  what: string;
  state: 'waiting' | 'done' | 'refused';
  /** Why not, in the reader's words. */
  why: string | null;
}

export type Order = (body: SimulatorBody, what: string) => Promise<boolean>;

const kept = 30;

/** Sends orders to the simulator of a station and keeps what came back, newest first. */
export function useSimulator(station: string) {
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const counted = useRef(0);
  const order: Order = useCallback(
    async (body, what) => {
      counted.current += 1;
      const n = counted.current;
      const settle = (state: Asked['state'], why: string | null) =>
        setAsked((before) => before.map((each) => (each.n === n ? { ...each, state, why } : each)));
      setAsked((before) =>
        [{ n, at: Date.now(), what, state: 'waiting' as const, why: null }, ...before].slice(0, kept),
      );
      try {
        const header = { 'idempotency-key': newIdempotencyKey() };
        await bodyOf(api.stations[':id'].simulator.$post({ param: { id: station }, json: body, header }));
        settle('done', null);
        return true;
      } catch (error) {
        const why = error instanceof Problem ? error.detail || error.message : String(error);
        settle('refused', why);
        notifications.show({ color: 'red', title: what, message: why });
        return false;
      }
    },
    [station],
  );
  return { asked, order };
}
