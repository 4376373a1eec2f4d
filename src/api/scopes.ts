/** The scope that a request needs; see `scope` in schema/wire/api/key.ts. */
export function scopeOfRequest(method: string, path: string): string {
  const resource = /^\/(?:api\/v1\/)?([a-z-]+)/.exec(path)?.[1] ?? 'other';
  return `${resource}:${method === 'GET' || method === 'HEAD' ? 'read' : 'write'}`;
}
