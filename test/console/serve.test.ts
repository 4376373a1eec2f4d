import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiEnv } from '../../src/api/context.ts';
import { consoleRoutes } from '../../src/console/serve.ts';

let folder: string;
let app: Hono<ApiEnv>;
const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><head><title>Pitlane</title>');
  await writeFile(join(folder, 'assets/page-1a2b.js'), 'export {};');
  app = new Hono<ApiEnv>().route('/', consoleRoutes({ folder }));
  app.get('/api/v1/stations', (c) => c.json([]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the console', () => {
  test.each(['/', '/network', '/stations/bj-001', '/no/such/page'])('answers a browser at %s', async (path) => {
    const answer = await app.request(path, { headers: browser });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<title>Pitlane</title>');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  test('may load nothing from elsewhere, run no script of the page, and stand in no frame', async () => {
    const policy = (await app.request('/', { headers: browser })).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe-eval|https?:/);
  });

  test('has files whose names change with their content: they may be kept for ever', async () => {
    const answer = await app.request('/console/assets/page-1a2b.js');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each(['/console/assets/gone.js', '/console/..%2fserve.test.ts', '/console/%2e%2e%2f%2e%2e%2fetc/passwd'])(
    'has no file %s',
    async (path) => {
      expect((await app.request(path, { headers: browser })).status).toBe(404);
    },
  );

  test('leaves alone what is not for people: programs, other methods, the API', async () => {
    expect((await app.request('/network', { headers: { Accept: 'application/json' } })).status).toBe(404);
    expect((await app.request('/network', { method: 'POST', headers: browser })).status).toBe(404);
    expect((await app.request('/api/v1/nothing', { headers: browser })).status).toBe(404);
    expect(await (await app.request('/api/v1/stations', { headers: browser })).json()).toEqual([]);
  });

  test('tells its pages whether there is an OpenID provider to sign in at', async () => {
    const mark = '<meta name="pitlane-openid" content="yes">';
    expect(await (await app.request('/', { headers: browser })).text()).not.toContain(mark);
    const other = new Hono<ApiEnv>().route('/', consoleRoutes({ folder, openId: true }));
    expect(await (await other.request('/sign-in', { headers: browser })).text()).toContain(mark);
  });

  test('that is not built leaves the path unknown', async () => {
    const bare = new Hono<ApiEnv>().route('/', consoleRoutes({ folder: join(folder, 'nothing') }));
    expect((await bare.request('/', { headers: browser })).status).toBe(404);
  });
});
