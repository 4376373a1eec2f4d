/**
 * The part of MQTT 3.1.1 the load generator needs, by hand: one socket for hundreds of stations has to cost less than what it
 * measures. Everything written in one turn of the event loop leaves in one write.
 */
import { connect, type Socket } from 'node:net';

export interface MqttWire {
  publish(topic: string, payload: string, qos: 0 | 1): void;
  /** Resolves when the broker has granted all filters. */
  subscribe(filters: readonly string[]): Promise<void>;
  close(): void;
}

export interface MqttWireOptions {
  host: string;
  port: number;
  clientId: string;
  username: string;
  password: string;
  onMessage(topic: string, payload: Buffer): void;
  onClosed(error: Error | null): void;
}

const packet = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;
const keepAliveS = 60;

export async function connectMqttWire(options: MqttWireOptions): Promise<MqttWire> {
  const socket = connect({ host: options.host, port: options.port, noDelay: true });
  const out = createOutbox(socket);
  const granted = new Map<number, () => void>();
  let nextId = 1;
  const takeId = () => {
    const id = nextId;
    nextId = nextId === 65_535 ? 1 : nextId + 1;
    return id;
  };

  const connected = new Promise<void>((resolve, reject) => {
    const parser = createParser((type, flags, body) => {
      if (type === packet.connack) return body[1] === 0 ? resolve() : reject(new Error(`CONNACK code ${body[1]}`));
      if (type === packet.suback) {
        if (body.subarray(2).includes(0x80)) reject(new Error('the broker refused a subscription'));
        return granted.get(body.readUInt16BE(0))?.();
      }
      if (type !== packet.publish) return;
      const topicEnd = 2 + body.readUInt16BE(0);
      const qos = (flags >> 1) & 3;
      const topic = body.toString('utf8', 2, topicEnd);
      if (qos > 0) out.push(Buffer.from([0x40, 2, body[topicEnd] as number, body[topicEnd + 1] as number]));
      options.onMessage(topic, body.subarray(qos > 0 ? topicEnd + 2 : topicEnd));
    });
    socket.on('data', parser);
    socket.once('error', reject);
  });

  let failure: Error | null = null;
  socket.on('error', (error) => {
    failure = error;
  });
  const ping = setInterval(() => out.push(Buffer.from([0xc0, 0])), (keepAliveS / 2) * 1000);
  socket.once('close', () => {
    clearInterval(ping);
    options.onClosed(failure);
  });
  out.push(encodeConnect(options));
  await connected;

  return {
    publish(topic, payload, qos) {
      out.push(encodePublish(topic, payload, qos, qos > 0 ? takeId() : 0));
    },
    async subscribe(filters) {
      // A SUBSCRIBE of some hundred filters stays far below any broker's packet limit.
      for (let from = 0; from < filters.length; from += 200) {
        const id = takeId();
        const answer = new Promise<void>((resolve) => granted.set(id, resolve));
        out.push(encodeSubscribe(id, filters.slice(from, from + 200)));
        await answer;
        granted.delete(id);
      }
    },
    close() {
      socket.end(Buffer.from([0xe0, 0]));
      socket.destroySoon();
    },
  };
}

function createOutbox(socket: Socket): { push(bytes: Buffer): void } {
  let waiting: Buffer[] = [];
  const flush = () => {
    const bytes = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting);
    waiting = [];
    if (!socket.destroyed) socket.write(bytes);
  };
  return {
    push(bytes) {
      if (waiting.push(bytes) === 1) setImmediate(flush);
    },
  };
}

type OnPacket = (type: number, flags: number, body: Buffer) => void;

function createParser(onPacket: OnPacket): (chunk: Buffer) => void {
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  return (chunk) => {
    let bytes: Buffer<ArrayBufferLike> = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const head = readHead(bytes);
      if (!head || bytes.length < head.end) break;
      const first = bytes[0] as number;
      onPacket(first >> 4, first & 15, bytes.subarray(head.start, head.end));
      bytes = bytes.subarray(head.end);
    }
    rest = bytes;
  };
}

/** Where the body of the first packet begins and ends, or null while its length is not complete. */
function readHead(bytes: Buffer): { start: number; end: number } | null {
  let length = 0;
  for (let index = 1; index <= 4; index++) {
    const byte = bytes[index];
    if (byte === undefined) return null;
    length += (byte & 127) * 128 ** (index - 1);
    if (byte < 128) return { start: index + 1, end: index + 1 + length };
  }
  throw new Error('malformed packet length');
}

function encodeLength(length: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(length / 128);
    bytes.push((length % 128) | (rest > 0 ? 128 : 0));
    length = rest;
  } while (length > 0);
  return bytes;
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

function framed(first: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([first, ...encodeLength(body.length)]), body]);
}

function encodeConnect(options: { clientId: string; username: string; password: string }): Buffer {
  const cleanWithLogin = 0b1100_0010;
  const body = [text('MQTT'), Buffer.from([4, cleanWithLogin, 0, keepAliveS])];
  return framed(0x10, Buffer.concat([...body, text(options.clientId), text(options.username), text(options.password)]));
}

function encodeSubscribe(id: number, filters: readonly string[]): Buffer {
  const parts: Buffer[] = [Buffer.from([id >> 8, id & 255])];
  for (const filter of filters) parts.push(text(filter), Buffer.from([1]));
  return framed(0x82, Buffer.concat(parts));
}

function encodePublish(topic: string, payload: string, qos: 0 | 1, id: number): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const payloadBytes = Buffer.byteLength(payload);
  const length = 2 + topicBytes + (qos > 0 ? 2 : 0) + payloadBytes;
  const head = encodeLength(length);
  const bytes = Buffer.allocUnsafe(1 + head.length + length);
  let at = bytes.writeUInt8(0x30 | (qos << 1), 0);
  for (const byte of head) at = bytes.writeUInt8(byte, at);
  at = bytes.writeUInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  if (qos > 0) at = bytes.writeUInt16BE(id, at);
  bytes.write(payload, at);
  return bytes;
}
