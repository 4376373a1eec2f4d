import { stationId } from './ids.ts';

/** Contract version: the number in every message and in every topic. */
export const contractVersion = 1;

/** Largest payload either side accepts, bytes. */
export const maxPayloadBytes = 65_536;

/** Station to service, QoS 1: records, hello, fenced, last will. */
export const upTopic = (station: string): string => `pitlane/v1/${station}/up`;
/** Service to station, QoS 1: commands, cancels, acknowledgements, requests. */
export const downTopic = (station: string): string => `pitlane/v1/${station}/down`;
/** Station to service, QoS 0: heartbeat and telemetry. */
export const telemetryTopic = (station: string): string => `pitlane/v1/${station}/telemetry`;

/** Simulator control, a contract of its own: service to simulated station, and its answers. */
export const simControlTopic = (station: string): string => `pitlane/sim/${station}/control`;
export const simReportTopic = (station: string): string => `pitlane/sim/${station}/report`;

export type TopicKind = 'up' | 'down' | 'telemetry' | 'control' | 'report';

/** Station and kind of a topic of either contract, or null for any other topic. */
export function parseTopic(topic: string): { station: string; kind: TopicKind } | null {
  const match = /^pitlane\/(?:v1\/([^/]+)\/(up|down|telemetry)|sim\/([^/]+)\/(control|report))$/.exec(topic);
  const station = match?.[1] ?? match?.[3];
  if (!station || !stationId.safeParse(station).success) return null;
  return { station, kind: (match?.[2] ?? match?.[4]) as TopicKind };
}
