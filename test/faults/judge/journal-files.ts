import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { PhysicalEntry } from '../../../station-sim/journal/physical.ts';
import { createStationReplay, type StationReplay } from './physical.ts';

/** Follows the physical journals below a folder. Each `read` takes what was written since the last. */
export interface JournalFiles {
  read(): ReadonlyMap<string, StationReplay>;
  /** Forgets all: after a kill the simulator cuts off the lines whose state was lost. */
  startOver(): void;
}

interface Followed {
  path: string;
  offset: number;
  rest: string;
}

export function followJournals(folder: string): JournalFiles {
  const files = new Map<string, Followed>();
  const replays = new Map<string, StationReplay>();
  return {
    read() {
      for (const path of journalPaths(folder)) {
        const file = files.get(path) ?? { path, offset: 0, rest: '' };
        files.set(path, file);
        for (const line of newLines(file)) takeLine(replays, line);
      }
      return replays;
    },
    startOver() {
      files.clear();
      replays.clear();
    },
  };
}

function takeLine(replays: Map<string, StationReplay>, line: string): void {
  const entry = JSON.parse(line) as PhysicalEntry;
  const replay = replays.get(entry.station) ?? createStationReplay(entry.station);
  replays.set(entry.station, replay);
  replay.take(entry);
}

function journalPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('physical.jsonl'))
    .map((name) => join(folder, name))
    .sort();
}

function newLines(file: Followed): string[] {
  const handle = openSync(file.path, 'r');
  try {
    const size = fstatSync(handle).size;
    const buffer = Buffer.alloc(Math.max(0, size - file.offset));
    const length = readSync(handle, buffer, 0, buffer.length, file.offset);
    file.offset += length;
    const text = file.rest + buffer.toString('utf8', 0, length);
    const end = text.lastIndexOf('\n') + 1;
    file.rest = text.slice(end);
    return text.slice(0, end).split('\n').filter(Boolean);
  } finally {
    closeSync(handle);
  }
}
