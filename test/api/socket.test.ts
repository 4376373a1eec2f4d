import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { type ApiServer, startApiServer } from '../../src/api/server.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createReadWorld, seedStation } from './fixture.ts';
import { framesOf, readUntil } from './sse.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let server: ApiServer;
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, 'bj-001', 60);
  server = await start();
});
afterAll(async () => {
  world?.options.hub.stop();
  await server?.stop();
  await world?.end();
});

const start = (options: Partial<Parameters<typeof startApiServer>[0]> = {}) =>
  startApiServer({ fetch: world.app.fetch, host: '127.0.0.1', port: 0, ...options });

/** A raw connection, to send what no HTTP client would. */
async function open(port: number): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, heard: () => text };
}

const bearer = () => ({ Authorization: `Bearer ${world.keys.staff}` });

describe('the server', () => {
  test('refuses a body that is too large, announced or not, before reading all of it', async () => {
    const announced = await fetch(`${server.url}/api/v1/swaps`, {
      method: 'POST',
      headers: { ...bearer(), 'Content-Type': 'application/json' },
      body: 'x'.repeat(70_000),
    });
    expect([announced.status, await announced.json()]).toMatchObject([413, { code: 'payload-too-large' }]);

    const { socket, heard } = await open(server.port);
    socket.write(
      `POST /api/v1/swaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.staff}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    for (let n = 0; n < 5; n++) socket.write(chunk);
    await waitFor('the refusal', () => heard().startsWith('HTTP/1.1 413'));
    await waitFor('the end of the connection', () => socket.closed);
  });

  test('ends a connection whose headers or body do not come', async () => {
    const impatient = await start({ headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 });
    onTestFinished(() => impatient.stop());
    const headless = await open(impatient.port);
    headless.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    const bodiless = await open(impatient.port);
    bodiless.socket.write(
      `POST /api/v1/swaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.staff}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{`,
    );
    await waitFor('both to be closed', () => headless.socket.closed && bodiless.socket.closed);
    expect(headless.heard()).toContain('408');
  });

  test('blames a body that does not come on the client, and gives up no connection for it', async () => {
    let stuck = 0;
    const onStuck = () => {
      stuck += 1;
    };
    const app = createApp({ ...world.options, registry: new Registry(), answerWithinMs: 300, onStuck });
    const hasty = await start({ fetch: app.fetch });
    onTestFinished(() => hasty.stop());
    const { socket, heard } = await open(hasty.port);
    socket.write(
      `POST /api/v1/stations/bj-001/journal/adopt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.staff}\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{"jour`,
    );
    await waitFor('the refusal', () => heard().startsWith('HTTP/1.1 408'));
    expect(heard()).toContain('"code":"request-timeout"');
    await waitFor('the end of the connection', () => socket.closed);
    expect(stuck).toBe(0);
  });

  test('says plainly that its port is taken', async () => {
    await expect(start({ port: server.port })).rejects.toThrow(
      `Port ${server.port} is in use by another program: stop it, or set PORT to another one.`,
    );
  });

  test('answers a body that breaks off in the middle of its form', async () => {
    for (const [header, body] of [
      ['Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n'],
      ['Transfer-Encoding: gzip', '{}'],
    ]) {
      const { socket, heard } = await open(server.port);
      socket.write(
        `POST /api/v1/organisations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.admin}\r\nContent-Type: application/json\r\n${header}\r\n\r\n${body}`,
      );
      await waitFor('the end of the connection', () => socket.closed);
      expect([header, heard().split('\r\n')[0]]).toEqual([header, 'HTTP/1.1 400 Bad Request']);
    }
    expect(world.lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('answers a broken request without falling over', async () => {
    const { socket, heard } = await open(server.port);
    socket.write('GET \u0000 HTTP/9\r\n\r\n');
    await waitFor('the refusal', () => heard().includes('400'));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe('the stream over a socket', () => {
  const listen = async (headers: Record<string, string> = {}, at = server) => {
    const leaving = new AbortController();
    onTestFinished(() => leaving.abort());
    const answer = await fetch(`${at.url}/api/v1/stream`, {
      headers: { ...bearer(), ...headers },
      signal: leaving.signal,
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    if (!answer.body) throw new Error('no body');
    return { reader: answer.body.getReader(), leave: () => leaving.abort() };
  };
  const lock = (slot: number, locked: boolean) => world.sql`
    with marked as (update station_marks set version = version + 1 where station = 'bj-001' returning station)
    update slots set locked = ${locked} from marked where slots.station = marked.station and slot = ${slot}`;

  test('gives everything, then what changes, and resumes after a break', async () => {
    const first = await listen();
    const begun = framesOf(
      await readUntil(first.reader, (text) => text.endsWith('\n\n') && text.includes('event: state')),
    );
    expect(begun).toMatchObject([{ event: 'state' }]);
    await lock(3, true);
    const [change] = framesOf(
      await readUntil(first.reader, (text) => text.includes('event: slot') && text.endsWith('\n\n')),
    );
    expect(change).toMatchObject({ event: 'slot', data: { station: 'bj-001', slot: 3, locked: true } });
    first.leave();
    await waitFor('the hub to notice', () => world.options.hub.clients === 0);

    await lock(4, true);
    const second = await listen({ 'Last-Event-ID': change?.id ?? '' });
    const missed = framesOf(
      await readUntil(second.reader, (text) => text.includes('event: slot') && text.endsWith('\n\n')),
    );
    expect(missed).toMatchObject([{ event: 'slot', data: { slot: 4, locked: true } }]);
    second.leave();
    await waitFor('the hub to notice', () => world.options.hub.clients === 0);
  });

  test('asked only for its headers, opens no stream', async () => {
    const answer = await fetch(`${server.url}/api/v1/stream`, { method: 'HEAD', headers: bearer() });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(world.options.hub.clients).toBe(0);
  });

  test('drops a client that reads nothing, and its connection', async () => {
    const { socket } = await open(server.port);
    socket.pause();
    socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.staff}\r\n\r\n`);
    await waitFor('the client', () => world.options.hub.clients === 1);
    const before = world.options.hub.dropped;
    const text = 'x'.repeat(200_000);
    await waitFor(
      'the client to be dropped',
      async () => {
        await world.sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
          values ('bj-001', 'k', 'c', '[]', ${text + Math.random()}, now(), 1)
          on conflict (station, key) do update set detail = excluded.detail`;
        await world.sql`update station_marks set version = version + 1 where station = 'bj-001'`;
        return world.options.hub.dropped > before;
      },
      { everyMs: 60, withinMs: 25_000 },
    );
    expect(world.options.hub.clients).toBe(0);
    // Reading again finds the end: the server has let go of the socket.
    socket.resume();
    await waitFor('the end of the connection', () => socket.closed);
    await world.sql`delete from incidents`;
  });

  test('ends at shutdown, which takes no longer than the grace', async () => {
    const own = await createReadWorld();
    onTestFinished(() => own.end());
    const stopping = await startApiServer({ fetch: own.app.fetch, host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${stopping.url}/api/v1/stream`, {
      headers: { Authorization: `Bearer ${own.keys.fleet}` },
    });
    const text = answer.text();
    await waitFor('the client', () => own.options.hub.clients === 1);
    own.options.hub.stop();
    await stopping.stop(1000);
    expect(await text).toContain('retry: 1000');
    await expect(fetch(`${stopping.url}/healthz`)).rejects.toThrow();
  });
});
