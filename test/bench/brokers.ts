import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiled, startChild } from './child-link.ts';

export interface Broker {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Either broker with nobody kept out: who may do what is tested elsewhere and costs the same in every variant. */
export function startBroker(kind: 'aedes' | 'mosquitto', folder: string, onFailure: (sentence: string) => void) {
  return kind === 'aedes' ? startAedes(onFailure) : startMosquitto(folder, onFailure);
}

async function startAedes(onFailure: (sentence: string) => void): Promise<Broker> {
  const module = compiled('./children/broker.ts', import.meta.url);
  const child = await startChild({ name: 'broker', module, onEnd: onFailure });
  return { port: await child.ask<number>('port'), pid: child.pid, stop: child.stop };
}

async function startMosquitto(folder: string, onFailure: (sentence: string) => void): Promise<Broker> {
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'set_tcp_nodelay true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'log_type error',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  // Mosquitto gives up root's rights before it reads its files.
  await chmod(folder, 0o755);
  const child = spawn('mosquitto', ['-c', config], { stdio: 'ignore', env: { ...process.env, PATH: searchPath() } });
  let stopping = false;
  child.once('exit', (code, signal) => stopping || onFailure(`mosquitto ended (${signal ?? code})`));
  await once(child, 'spawn');
  await answers(port);
  return {
    port,
    pid: child.pid as number,
    async stop() {
      stopping = true;
      const ended = once(child, 'exit');
      if (child.kill('SIGTERM')) await ended;
    },
  };
}

const searchPath = () => `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(port: number): Promise<void> {
  for (let attempt = 1; attempt <= 100; attempt++) {
    const socket = connect({ host: '127.0.0.1', port });
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
