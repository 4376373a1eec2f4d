import type { Arena } from './arena.ts';

interface MachineNow {
  station: string;
  machine: string;
  instance: string;
  value: unknown;
}

/** Where every station stands, for the message of a failed test: machines, open commands and timers, the end of the log. */
export async function portrait(arena: Arena, stations = arena.stations): Promise<string> {
  const { sql } = arena.database;
  const machines = await sql<MachineNow[]>`
    select station, machine, instance, snapshot -> 'value' as value from machines where ended_at is null order by 1, 2`;
  const lines: string[] = [];
  for (const station of stations) {
    const own = machines.filter((row) => row.station === station);
    lines.push(`--- ${station}`);
    for (const { machine, instance, value } of own) lines.push(`${machine} ${instance}: ${JSON.stringify(value)}`);
    const [mark] = await sql`
      select seq, boot, reconciled, link_up, version from station_marks where station = ${station}`;
    lines.push(`mark ${JSON.stringify(mark)}, station at ${arena.spy.lastSeq(station)}`);
    const timers = await sql`select instance, send_id, due_at from timers where station = ${station}`;
    for (const timer of timers) lines.push(`timer ${JSON.stringify(timer)}`);
    const commands = await sql`select id, type, state from outbox where station = ${station} and settled_at is null`;
    for (const command of commands) lines.push(`command ${JSON.stringify(command)}`);
    const events = await sql`
      select n, source, type, cause, seq, decided from events where station = ${station} 
        and type not in ('chargeStarted', 'chargeEnded', 'packReady') order by n desc limit 16`;
    for (const event of events.reverse()) lines.push(JSON.stringify(event).slice(0, 400));
  }
  return lines.join('\n');
}
