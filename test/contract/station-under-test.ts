import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a behavioural test may do to a station besides talking to it. Implemented for every station that claims the contract. */
export interface StationUnderTest {
  id: string;
  /** A car drives into bay 1 and stops. */
  taxi(): Promise<void>;
  press(button: 'emergencyStop' | 'reset' | 'confirm'): Promise<void>;
  /** Power fails at once and comes back. Memory and equipment stay as they were. */
  powerCut(): Promise<void>;
  /** The journal's records vanish from memory; its numbers do not. */
  loseRecords(): Promise<void>;
  stop(): Promise<void>;
}

export interface StationOrder {
  id: string;
  brokerPort: number;
  berths?: 1 | 2;
  /** Equipment seconds per wall second. */
  timeScale?: number;
  username?: string;
  password?: string;
  /** Taxis that come by themselves. */
  taxis?: number;
}

export type StartStation = (order: StationOrder) => Promise<StationUnderTest>;

const program = fileURLToPath(new URL('./stranger/station.py', import.meta.url));

/** For `describe.skipIf`: the run's summary names what was skipped. */
export const pythonIsHere =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

/** The station in Python that was written from `docs/plc-contract.md` alone. */
export const startStranger: StartStation = async (order) => {
  const state = mkdtempSync(join(tmpdir(), 'pitlane-stranger-'));
  let child = launch(order, state);
  const say = async (line: string) => void child.stdin?.write(`${line}\n`);
  return {
    id: order.id,
    taxi: () => say('taxi'),
    press: (button) => say(button === 'emergencyStop' ? 'estop' : button),
    async powerCut() {
      child.kill('SIGKILL');
      await gone(child);
      child = launch(order, state);
    },
    async loseRecords() {
      child.kill('SIGKILL');
      await gone(child);
      const file = join(state, 'memory.jsonl');
      writeFileSync(file, withoutRecords(readFileSync(file, 'utf8')));
      child = launch(order, state);
    },
    async stop() {
      child.kill('SIGKILL');
      await gone(child);
      rmSync(state, { recursive: true, force: true });
    },
  };
};

function launch(order: StationOrder, state: string): ChildProcess {
  const { id, brokerPort, berths = 2, timeScale = 50, username, password, taxis = 0 } = order;
  const options: Record<string, string | number | undefined> = {
    '--station': id,
    '--port': brokerPort,
    '--berths': berths,
    '--time-scale': timeScale,
    '--taxis': taxis,
    '--state': state,
    '--username': username,
    '--password': password,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const words = given.flatMap(([name, value]) => [name, String(value)]);
  // -B: no byte code beside the sources.
  return spawn('python3', ['-B', program, '--stdin', ...words], { stdio: ['pipe', 'inherit', 'inherit'] });
}

/** Every line of its memory without the records, and at the end the number of the newest. */
function withoutRecords(memory: string): string {
  const lines = memory.split('\n').filter((line) => line !== '');
  const changes = lines.map((line) => JSON.parse(line) as { records?: { seq: number }[]; last_seq?: number });
  const seqs = changes.flatMap(({ records = [], last_seq = 0 }) => [last_seq, ...records.map(({ seq }) => seq)]);
  const kept = [...changes.map((change) => ({ ...change, records: [] })), { last_seq: Math.max(...seqs) }];
  return kept.map((change) => `${JSON.stringify(change)}\n`).join('');
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
