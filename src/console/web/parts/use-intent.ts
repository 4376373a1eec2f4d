import { useCallback, useRef } from 'react';
import { newIdempotencyKey } from '../../../client/client.ts';
import { Problem } from '../api/problem.ts';

export interface IntentHeader {
  'idempotency-key': string;
}

/**
 * Sends what a person wants with a key of its own. While no answer has come, trying again is the same intent and is done once. After an answer the
 * next attempt is another: a refusal is kept with its key, and would be given again to whoever has mended what was wrong.
 */
export function useIntent(): <T>(send: (header: IntentHeader) => Promise<T>) => Promise<T> {
  const key = useRef<string | null>(null);
  return useCallback(async (send) => {
    key.current ??= newIdempotencyKey();
    try {
      const answer = await send({ 'idempotency-key': key.current });
      key.current = null;
      return answer;
    } catch (error) {
      if (error instanceof Problem && error.status < 500) key.current = null;
      throw error;
    }
  }, []);
}
