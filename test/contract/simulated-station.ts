import { performance } from 'node:perf_hooks';
import { createMqttTransport } from '../../station-sim/mqtt-adapter.ts';
import { createSimFleet, runRealTime } from '../../station-sim/sim-fleet.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import type { StartStation } from './station-under-test.ts';

const startedMs = Date.now() - performance.now();
const now = () => startedMs + performance.now();

/** The simulator, in this process and in real time, behind a real MQTT connection. */
export const startSimulated: StartStation = async (order) => {
  const { id, brokerPort, berths = 2, timeScale = 50, username, password } = order;
  const station = createSimStation({
    id,
    seed: 'contract',
    size: { slots: 8, packs: 6, berths },
    timeScale,
    traffic: 'none',
    startWallMs: now(),
  });
  const transport = createMqttTransport({
    url: `mqtt://127.0.0.1:${brokerPort}`,
    login: () => (username && password ? { username, password } : null),
    now,
    jitter: () => 0.5,
    log: () => {},
  });
  const fleet = createSimFleet([station], transport);
  transport.attach(fleet);
  const stopClock = runRealTime(fleet, now);
  let orders = 0;
  const control = async (type: string, fields: object) => {
    orders += 1;
    const report = station.control({ v: 1, station: id, id: `t-${orders}`, type, ...fields }, now());
    if (!report?.ok) throw new Error(`the simulator refused ${type}: ${report?.error}`);
  };
  return {
    id,
    taxi: () => control('taxi', { bay: '1', vin: null, socPct: 15 }),
    press: (button) => control('panel', { bay: '1', button }),
    powerCut: () => control('fault', { fault: { kind: 'powerCut', when: 'now', forMs: 300 } }),
    loseRecords: () => control('fault', { fault: { kind: 'journalLoss', keep: 0 } }),
    async stop() {
      stopClock();
      await transport.close();
      station.close(now());
    },
  };
};
