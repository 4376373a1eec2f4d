import { monotonicMs } from '../statistics.ts';
import type { TelemetryLoad } from './load.ts';
import type { ScriptedStation } from './scripted-station.ts';

type Send = (station: string, payload: string) => void;

/** Heartbeats and telemetry of all stations, spread evenly over each period. */
export function startTelemetry(
  load: TelemetryLoad,
  stations: readonly ScriptedStation[],
  send: Send,
): { stop(): void } {
  const beats = spread(stations, load.heartbeatMs, (station) => send(station.id, station.heartbeat()));
  const values = spread(stations, load.telemetryMs, (station) => send(station.id, station.telemetry()));
  return {
    stop: () => {
      beats();
      values();
    },
  };
}

/** Calls `run` for every station once a period, in small portions every 20 ms. A period of 0: never. */
function spread(stations: readonly ScriptedStation[], periodMs: number, run: (station: ScriptedStation) => void) {
  if (periodMs <= 0) return () => {};
  const startedMs = monotonicMs();
  let done = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((monotonicMs() - startedMs) / periodMs) * stations.length);
    for (; done < due; done++) run(stations[done % stations.length] as ScriptedStation);
  }, 20);
  return () => clearInterval(timer);
}
