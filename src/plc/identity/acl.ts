import { stationId } from '../../../schema/wire/ids.ts';
import { downTopic, simControlTopic, simReportTopic, telemetryTopic, upTopic } from '../../../schema/wire/topics.ts';
import type { BrokerAcl } from '../../platform/embedded-broker.ts';
import { secretMatches } from './secret.ts';

/** User name of the service itself on every broker. */
export const serviceUser = 'pitlane-service';

type TopicOf = (station: string) => string;

/** What a station may do, with its own name in the topic and no other. The last will counts as a publish. */
const stationRules: { publish: TopicOf[]; subscribe: TopicOf[] } = {
  publish: [upTopic, telemetryTopic, simReportTopic],
  subscribe: [downTopic, simControlTopic],
};

/** The other side of the same rules. */
const serviceRules = { publish: stationRules.subscribe, subscribe: stationRules.publish };

export type Principal = { kind: 'station'; station: string } | { kind: 'service' };

export interface Identities {
  /** SHA-256 of a station's secret, hex; null for a station that is not known, is retired or has no secret. */
  findSecretHash(station: string): Promise<string | null>;
  /** SHA-256 of the service's own secret. */
  serviceHash: string;
}

/** The rules for the embedded broker. Topics with wildcards are refused to stations, so no filter can cover another station. */
export function createBrokerAcl({ findSecretHash, serviceHash }: Identities): BrokerAcl<Principal> {
  return {
    async authenticate(username, password) {
      if (username === undefined || password === undefined) return null;
      if (username === serviceUser) return secretMatches(password, serviceHash) ? { kind: 'service' } : null;
      if (!stationId.safeParse(username).success) return null;
      const hash = await findSecretHash(username);
      return secretMatches(password, hash) ? { kind: 'station', station: username } : null;
    },
    mayPublish: (principal, topic) =>
      principal.kind === 'station'
        ? stationRules.publish.some((of) => of(principal.station) === topic)
        : serviceRules.publish.some((of) => isOfSomeStation(of, topic)),
    maySubscribe: (principal, filter) =>
      principal.kind === 'station'
        ? stationRules.subscribe.some((of) => of(principal.station) === filter)
        : serviceRules.subscribe.some((of) => filter === of('+') || isOfSomeStation(of, filter)),
  };
}

function isOfSomeStation(of: TopicOf, topic: string): boolean {
  const [before = '', after = ''] = of('+').split('+');
  if (!topic.startsWith(before) || !topic.endsWith(after)) return false;
  return stationId.safeParse(topic.slice(before.length, topic.length - after.length)).success;
}

/** Mosquitto's `acl_file`: the same rules. `%u` is the user name, which is the station's id. */
export function mosquittoAcl(): string {
  const lines = [
    '# Made by Pitlane. A station reaches its own topics only; its user name is its id.',
    ...stationRules.publish.map((of) => `pattern write ${of('%u')}`),
    ...stationRules.subscribe.map((of) => `pattern read ${of('%u')}`),
    '',
    `user ${serviceUser}`,
    ...serviceRules.publish.map((of) => `topic write ${of('+')}`),
    ...serviceRules.subscribe.map((of) => `topic read ${of('+')}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Mosquitto's `password_file`. */
export function mosquittoPasswords(users: readonly { user: string; passwordEntry: string }[]): string {
  return users.map(({ user, passwordEntry }) => `${user}:${passwordEntry}\n`).join('');
}
