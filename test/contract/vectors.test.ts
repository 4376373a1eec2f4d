import { describe, expect, it } from 'vitest';
import { commandTypes } from '../../schema/wire/commands.ts';
import { eventTypes } from '../../schema/wire/events.ts';
import { judge, loadVectors, payloadOf } from './vectors.ts';

const vectors = loadVectors();
const accepted = vectors
  .filter((vector) => vector.expect === 'accept')
  .map((vector) => JSON.parse(payloadOf(vector).toString('utf8')));

describe('golden vectors', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    expect(judge(vector)).toBe(vector.reason);
    expect(vector.expect).toBe(vector.reason === null ? 'accept' : 'reject');
  });

  it('have one name each', () => {
    expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
  });

  it('show every event type and every command type accepted', () => {
    expect(new Set(accepted.filter((m) => m.kind === 'record').map((m) => m.type))).toEqual(new Set(eventTypes));
    expect(new Set(accepted.filter((m) => m.kind === 'command').map((m) => m.type))).toEqual(new Set(commandTypes));
  });

  it('show every kind of message accepted', () => {
    const kinds = ['record', 'hello', 'fenced', 'will', 'heartbeat', 'telemetry'];
    const down = ['command', 'cancel', 'ack', 'resend', 'helloRequest'];
    expect(new Set(accepted.map((m) => m.kind).filter(Boolean))).toEqual(new Set([...kinds, ...down]));
  });
});
