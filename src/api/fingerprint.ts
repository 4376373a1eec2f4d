import { createHash } from 'node:crypto';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Names a payload. Two writings of the same JSON (order of members, spaces) are the same payload. */
export const fingerprintOf = (path: string, query: string, body: string): string =>
  sha256(JSON.stringify([path, query, canonical(body)]));

function canonical(body: string): unknown {
  try {
    return sorted(JSON.parse(body));
  } catch {
    return `text:${body}`;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  // As pairs: a member called `__proto__` would vanish from an object.
  return [
    'object',
    ...Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  ];
}
