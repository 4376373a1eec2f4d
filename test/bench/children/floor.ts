/**
 * The floor: what the same messages cost when nothing is decided. JSON.parse, one batched INSERT of the raw events by the same group
 * commit (same number of lanes, no timer), and a fixed command of the same size for every event that yields one in the product.
 */
import { connect as connectMqtt } from 'mqtt';
import postgres from 'postgres';
import { upTopic } from '../../../schema/wire/topics.ts';
import { type BenchWorld, benchStations } from '../bench-world.ts';
import { answerParent } from '../child-link.ts';
import { createFixedCommands, type FloorEvent } from '../load/fixed-commands.ts';
import { monotonicMs } from '../statistics.ts';

const insertEvents = `
  insert into floor_events (station, seq, raw)
  select e->>'station', (e->>'seq')::bigint, e from jsonb_array_elements($1::text::jsonb) e`;
const maxBatch = 500;

interface Waiting {
  event: FloorEvent;
  raw: string;
}

const lanes: { queue: Waiting[]; running: boolean }[] = [];
/** Stations whose last commit no command has acknowledged yet. */
const owedAcks = new Map<string, { event: FloorEvent; dueMs: number }>();
const commits = { count: 0, events: 0 };

interface Opening {
  world: BenchWorld;
  port: number;
  databaseUrl: string;
  lanes: number;
  /** How long an acknowledgement waits for a command to carry it. */
  ackMs: number;
}

async function open(opening: Opening): Promise<void> {
  const { ackMs } = opening;
  const sql = postgres(opening.databaseUrl, { max: opening.lanes, idle_timeout: 0, max_lifetime: null });
  await sql.unsafe(
    'create table floor_events (station text, seq bigint, raw jsonb not null, primary key (station, seq))',
  );
  const client = connectMqtt({
    host: '127.0.0.1',
    port: opening.port,
    clientId: `service-${opening.world.prefix}`,
    username: 'service',
    password: 'service',
    protocolVersion: 4,
    clean: true,
    queueQoSZero: false,
  });
  await new Promise<void>((resolve, reject) => client.once('connect', () => resolve()).once('error', reject));
  (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);

  const laneOf = new Map<string, (typeof lanes)[number]>();
  for (let lane = 0; lane < opening.lanes; lane++) lanes.push({ queue: [], running: false });
  const stations = benchStations(opening.world);
  stations.forEach(({ id }, index) => {
    laneOf.set(id, lanes[index % lanes.length] as (typeof lanes)[number]);
  });
  const fixed = createFixedCommands((topic, payload) => client.publish(topic, payload, { qos: 1 }));

  async function run(lane: (typeof lanes)[number]): Promise<void> {
    lane.running = true;
    while (lane.queue.length > 0) {
      const batch = lane.queue.splice(0, maxBatch);
      await sql.unsafe(insertEvents, [`[${batch.map(({ raw }) => raw).join(',')}]`], { prepare: true });
      commits.count += 1;
      commits.events += batch.length;
      for (const { event } of batch) {
        if (fixed.answer(event)) owedAcks.delete(event.station);
        else oweAck(event);
      }
    }
    lane.running = false;
  }

  /** The delay is the same for all, so the map's own order is the order in which they fall due. */
  function sendDueAcks(): void {
    const nowMs = monotonicMs();
    for (const { event, dueMs } of owedAcks.values()) {
      if (dueMs > nowMs) {
        setTimeout(sendDueAcks, dueMs - nowMs);
        return;
      }
      fixed.acknowledge(event);
      owedAcks.delete(event.station);
    }
  }

  function oweAck(event: FloorEvent): void {
    if (owedAcks.size === 0) setTimeout(sendDueAcks, ackMs);
    owedAcks.set(event.station, { event, dueMs: owedAcks.get(event.station)?.dueMs ?? monotonicMs() + ackMs });
  }

  client.on('message', (_topic, payload) => {
    const raw = payload.toString('utf8');
    const event = JSON.parse(raw) as FloorEvent;
    if (event.kind !== 'record') return;
    const lane = laneOf.get(event.station);
    if (!lane) return;
    lane.queue.push({ event, raw });
    if (!lane.running) void run(lane);
  });
  await client.subscribeAsync(
    stations.map(({ id }) => upTopic(id)),
    { qos: 1 },
  );
}

// The tap lets go of the channel for the sake of the product's program; here it is what keeps the process.
process.channel?.ref();
answerParent({ open, commits: () => ({ ...commits }) });
process.once('SIGTERM', () => process.exit(0));
