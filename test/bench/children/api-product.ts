/** The API of the product in a process of its own, as `npm start` puts it together, without an engine beside it. */
import { Registry } from 'prom-client';
import { createReadDatabase } from '../../../src/api/read-database.ts';
import { startApi } from '../../../src/api/start.ts';
import { connect } from '../../../src/db/client.ts';
import { createLog } from '../../../src/platform/log.ts';
import type { BayDesk } from '../../../src/stations/bay-desk.ts';
import { createSimulatorLink } from '../../../src/stations/simulator-link.ts';
import { answerParent } from '../child-link.ts';

const noDesk: BayDesk = {
  readBays: async () => [],
  readStates: async () => [],
  act: () => Promise.reject(new Error('no engine')),
  adopt: () => Promise.reject(new Error('no engine')),
};

async function open({
  databaseUrl,
  connections,
  logFile,
}: {
  databaseUrl: string;
  connections: number;
  logFile: string;
}) {
  const reads = createReadDatabase(await connect({ databaseUrl, max: connections, name: 'bench-api' }));
  const api = await startApi({
    host: '127.0.0.1',
    port: 0,
    reads,
    desk: noDesk,
    simulator: createSimulatorLink(null),
    requestsPerMinute: 1_000_000,
    probe: async () => ({ database: { ok: true, detail: 'answers' } }),
    registry: new Registry(),
    log: createLog({ level: 'info', to: logFile }),
  });
  return api.url;
}

answerParent({ open });
process.once('SIGTERM', () => process.exit(0));
