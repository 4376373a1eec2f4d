import { join } from 'node:path';
import { projectRoot } from '../../../src/platform/paths.ts';
import { type Program, startProgram } from './program.ts';
import type { Reaper } from './reaper.ts';

/** The simulator in its own process: stations, cars and physical journals under one folder that survives its death. */
export interface Simulator {
  /** `kill -9`, as if all stations lost power at one instant. */
  kill(): Promise<void>;
  /** The same world again, from its folder. */
  restart(): Promise<void>;
  end(): Promise<void>;
  output(): string;
}

export interface SimulatorOptions {
  stations: readonly string[];
  mqttUrl: string;
  folder: string;
  seed: string;
  /** Equipment seconds per wall second. */
  speed: number;
  reaper: Reaper;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { stations, mqttUrl, folder, seed, speed, reaper } = options;
  const launch = async (): Promise<Program> => {
    const program = startProgram({
      name: 'simulator',
      argv: [
        process.execPath,
        '--enable-source-maps',
        join(projectRoot, 'dist/station-sim/main.js'),
        ...['--mqtt', mqttUrl],
        ...['--stations', stations.join(',')],
        ...['--default-sized', String(stations.length)],
        ...['--speed', String(speed)],
        ...['--seed', seed],
        ...['--data', folder],
        ...['--traffic', 'none'],
        ...['--telemetry', '0'],
      ],
      reaper,
    });
    await program.saw(/stations at speed/);
    return program;
  };
  let program = await launch();
  return {
    output: () => program.output(),
    async kill() {
      await program.kill();
    },
    async restart() {
      program = await launch();
    },
    async end() {
      await program.kill();
    },
  };
}
