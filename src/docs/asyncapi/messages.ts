import { z } from 'zod';
import { type CommandType, commandParams, commandTypes } from '../../../schema/wire/commands.ts';
import {
  ackMessage,
  cancelMessage,
  commandMessage,
  helloRequest,
  resendMessage,
} from '../../../schema/wire/downlink.ts';
import { type EventType, eventBodies, eventTypes } from '../../../schema/wire/events.ts';
import { simControl, simReport } from '../../../schema/wire/simulator.ts';
import { fenced, heartbeat, hello, recordEnvelope, telemetry, will } from '../../../schema/wire/uplink.ts';
import { commandSummaries, eventSummaries } from './summaries.ts';

export type ChannelName = 'up' | 'telemetry' | 'down' | 'simControl' | 'simReport';

/** One message of the document: everything that may arrive on a channel, told apart as finely as the schemas can. */
export interface MessageEntry {
  /** Key in the document. */
  name: string;
  channel: ChannelName;
  summary: string;
  schema: z.ZodType;
  /** What a payload of this message has in these fields. */
  marks: Record<string, string>;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const record = (type: EventType): MessageEntry => ({
  name: `record${capital(type)}`,
  channel: 'up',
  summary: eventSummaries[type],
  schema: z.strictObject({ ...recordEnvelope.shape, type: z.literal(type), body: eventBodies[type] }),
  marks: { kind: 'record', type },
});

const command = (type: CommandType): MessageEntry => ({
  name: `command${capital(type)}`,
  channel: 'down',
  summary: commandSummaries[type],
  schema: z.strictObject({ ...commandMessage.shape, type: z.literal(type), params: commandParams[type] }),
  marks: { kind: 'command', type },
});

const plain = (kind: string, channel: ChannelName, schema: z.ZodType, summary: string): MessageEntry => ({
  name: kind,
  channel,
  summary,
  schema,
  marks: { kind },
});

const simulator: MessageEntry[] = simControl.options.map((schema) => {
  const type = schema.shape.type.value;
  return {
    name: `sim${capital(type)}`,
    channel: 'simControl',
    summary: `Simulator control: ${type}. Not for real stations.`,
    schema,
    marks: { type },
  };
});

/** Every message of the contract and of simulator control. */
export const messageEntries: readonly MessageEntry[] = [
  ...eventTypes.map(record),
  plain('hello', 'up', hello, "The station's whole truth at one instant. Not a record: it has no seq."),
  plain('fenced', 'up', fenced, 'A command or cancel came with an epoch below the highest seen.'),
  plain('will', 'up', will, 'Last will, published by the broker when the connection breaks.'),
  plain('heartbeat', 'telemetry', heartbeat, 'Once a second of wall time. Command validity is counted in beats.'),
  plain('telemetry', 'telemetry', telemetry, 'State of charge, power and temperatures. Lossy by design.'),
  ...commandTypes.map(command),
  plain('cancel', 'down', cancelMessage, 'Withdraw a command that has not begun.'),
  plain('ack', 'down', ackMessage, 'Commit acknowledgement alone.'),
  plain('resend', 'down', resendMessage, 'Send the records from `fromSeq` again.'),
  plain('helloRequest', 'down', helloRequest, 'Send a hello.'),
  ...simulator,
  {
    name: 'simReport',
    channel: 'simReport',
    summary: 'Answer to a simulator control message.',
    schema: simReport,
    marks: {},
  },
];
