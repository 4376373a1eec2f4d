import { contractVersion } from '../../../schema/wire/topics.ts';
import type { GeneratedFile } from '../generated-file.ts';
import type { GoldenMessage } from '../golden-messages.ts';
import { type ChannelName, type MessageEntry, messageEntries } from './messages.ts';
import { componentSchemas } from './schemas.ts';

const examplesPerMessage = 3;

/** The contract as AsyncAPI 3, written from the station's side: it sends up and receives down. */
export function asyncApiFile(golden: readonly GoldenMessage[]): GeneratedFile {
  const document = {
    asyncapi: '3.1.0',
    info: {
      title: 'Pitlane station contract',
      version: `${contractVersion}.0.0`,
      description:
        'MQTT 3.1.1 between a battery-swap station (this application) and the Pitlane service. Generated from the schemas that check every message at run time; the rules stand in plc-contract.md. Simulator control is for simulated stations only.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(Object.entries(channelFacts).map(([name, facts]) => [name, channel(name, facts)])),
    operations: operations(),
    components: {
      messages: Object.fromEntries(messageEntries.map((entry) => [entry.name, message(entry, golden)])),
      schemas: componentSchemas(),
      parameters: {
        station: { description: 'Station id, also the user name and the client id.', examples: ['bj-001'] },
      },
      securitySchemes: {
        password: { type: 'userPassword', description: 'User name: the station id.' },
        certificate: { type: 'X509', description: 'Client certificate; its common name is the station id.' },
      },
    },
  };
  return { path: 'docs/asyncapi.json', text: `${JSON.stringify(document, null, 2)}\n` };
}

const ref = (path: string) => ({ $ref: `#/${path}` });

const servers = {
  broker: {
    host: 'broker.example.com:8883',
    protocol: 'secure-mqtt',
    protocolVersion: '3.1.1',
    description: 'Any MQTT 3.1.1 broker. Plain `mqtt` only on a loopback or test network.',
    security: [ref('components/securitySchemes/password'), ref('components/securitySchemes/certificate')],
    bindings: {
      mqtt: {
        clientId: '{station}',
        cleanSession: true,
        keepAlive: 15,
        lastWill: {
          topic: 'pitlane/v1/{station}/up',
          qos: 1,
          retain: false,
          message: 'The message `will` with the journal id and boot of this connection.',
        },
        bindingVersion: '0.2.0',
      },
    },
  },
};

interface ChannelFacts {
  address: string;
  action: 'send' | 'receive';
  qos: 0 | 1;
  summary: string;
}

const channelFacts: Record<ChannelName, ChannelFacts> = {
  up: {
    address: 'pitlane/v1/{station}/up',
    action: 'send',
    qos: 1,
    summary: 'Records, hello, fenced and the last will.',
  },
  telemetry: {
    address: 'pitlane/v1/{station}/telemetry',
    action: 'send',
    qos: 0,
    summary: 'Heartbeat and telemetry; lossy by design.',
  },
  down: {
    address: 'pitlane/v1/{station}/down',
    action: 'receive',
    qos: 1,
    summary: 'Commands, cancels, acknowledgements and requests. Drop what arrives with the retain flag.',
  },
  simControl: {
    address: 'pitlane/sim/{station}/control',
    action: 'receive',
    qos: 1,
    summary: 'Control of a simulated station.',
  },
  simReport: {
    address: 'pitlane/sim/{station}/report',
    action: 'send',
    qos: 1,
    summary: 'Answers of a simulated station.',
  },
};

const entriesOf = (channelName: string) => messageEntries.filter((entry) => entry.channel === channelName);

function channel(name: string, { address, summary }: ChannelFacts) {
  return {
    address,
    summary,
    servers: [ref('servers/broker')],
    parameters: { station: ref('components/parameters/station') },
    messages: Object.fromEntries(
      entriesOf(name).map((entry) => [entry.name, ref(`components/messages/${entry.name}`)]),
    ),
  };
}

function operations() {
  return Object.fromEntries(
    Object.entries(channelFacts).map(([name, { action, qos, summary }]) => [
      `${action}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      {
        action,
        summary,
        channel: ref(`channels/${name}`),
        messages: entriesOf(name).map((entry) => ref(`channels/${name}/messages/${entry.name}`)),
        bindings: { mqtt: { qos, retain: false, bindingVersion: '0.2.0' } },
      },
    ]),
  );
}

function message({ name, summary, marks, channel: channelName }: MessageEntry, golden: readonly GoldenMessage[]) {
  const examples = golden
    .filter(({ direction, payload }) => direction === channelName && hasMarks(payload, marks))
    .slice(0, examplesPerMessage)
    .map((example) => ({ name: example.name, payload: example.payload }));
  return {
    name,
    title: name,
    summary,
    contentType: 'application/json',
    ...(marks.kind === 'command' ? { correlationId: { location: '$message.payload#/id' } } : {}),
    payload: ref(`components/schemas/${name}Payload`),
    examples,
  };
}

const hasMarks = (payload: Record<string, unknown>, marks: Record<string, string>): boolean =>
  Object.entries(marks).every(([field, value]) => payload[field] === value);
