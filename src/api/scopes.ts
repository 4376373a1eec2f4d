import { z } from 'zod';

/**
 * What a key may be narrowed to: `<first part of the path>:read` or `:write`, such as `swaps:read` for GET under /api/v1/swaps. It follows from
 * the path, so a new route needs no new word.
 */
export const scope = z.string().regex(/^[a-z][a-z-]{0,40}:(?:read|write)$/, 'must be a scope such as swaps:read');

export function scopeOfRequest(method: string, path: string): string {
  const resource = /^\/(?:api\/v1\/)?([a-z-]+)/.exec(path)?.[1] ?? 'other';
  return `${resource}:${method === 'GET' || method === 'HEAD' ? 'read' : 'write'}`;
}
