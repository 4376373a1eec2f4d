import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const fineSeconds = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 5];

export type EngineMetrics = ReturnType<typeof createEngineMetrics>;

/** What the engine counts. Cheap enough to stay on: nothing is labelled by station. */
export function createEngineMetrics(
  registry: Registry,
  gauges: { mailboxes: () => number; stations: () => number; partitions: () => number },
) {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('pitlane_engine_mailbox_inputs', 'Inputs waiting to be stepped.', gauges.mailboxes);
  gauge('pitlane_engine_stations', 'Stations this worker runs.', gauges.stations);
  gauge('pitlane_engine_partitions', 'Partitions this worker holds a lease on.', gauges.partitions);
  return {
    commitSeconds: new Histogram({
      name: 'pitlane_commit_seconds',
      help: 'Time of one commit statement.',
      buckets: fineSeconds,
      registers,
    }),
    commitStations: new Histogram({
      name: 'pitlane_commit_stations',
      help: 'Stations in one commit.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    statements: new Counter({
      name: 'pitlane_commits_total',
      help: 'Commit statements answered.',
      registers,
    }),
    committedInputs: new Counter({
      name: 'pitlane_commit_events_total',
      help: 'Inputs in these commits.',
      registers,
    }),
    outcomes: new Counter({
      name: 'pitlane_commit_outcomes_total',
      help: 'Stations committed, by outcome; failed attempts by kind.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    latencySeconds: new Histogram({
      name: 'pitlane_command_latency_seconds',
      help: 'From the record that led to a command to its publish, durable.',
      buckets: fineSeconds,
      registers,
    }),
    inputs: new Counter({
      name: 'pitlane_engine_inputs_total',
      help: 'Inputs stepped and committed, by kind.',
      labelNames: ['kind'] as const,
      registers,
    }),
    dropped: new Counter({
      name: 'pitlane_uplink_dropped_total',
      help: 'Messages dropped without a trace in the database, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    sent: new Counter({
      name: 'pitlane_downlink_total',
      help: 'Messages published to stations, by kind.',
      labelNames: ['kind'] as const,
      registers,
    }),
  };
}
