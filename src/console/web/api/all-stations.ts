import type { StationNow } from '../../../../schema/wire/api/station.ts';
import { api, bodyOf } from './client.ts';

/** Every station the caller may see, with waits: a few hundred at most. */
export async function readAllStations(): Promise<ReadonlyMap<string, StationNow>> {
  const found = new Map<string, StationNow>();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await bodyOf(api.stations.$get({ query: { limit: '200', ...(cursor ? { cursor } : {}) } }));
    for (const item of page.items) found.set(item.id, item);
    cursor = page.nextCursor;
  }
  return found;
}
