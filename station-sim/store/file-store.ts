import fs from 'node:fs';
import path from 'node:path';
import type { StateStore } from './store.ts';

const compactAboveBytes = 16 * 1024 * 1024;

/**
 * An append-only log of `["key", value]` lines, synced to disk at every flush; the last line of a key counts. A torn last line
 * (killed while writing) is cut off. Rewritten when it is large and mostly stale.
 */
export function createFileStore(file: string): StateStore {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const current = readLog(file);
  let handle = fs.openSync(file, 'a');
  let size = fs.fstatSync(handle).size;
  let liveBytes = 0;
  let pending: string[] = [];

  function compact(): void {
    const lines = [...current].map(([key, text]) => logLine(key, text));
    const next = `${file}.next`;
    const nextHandle = fs.openSync(next, 'w');
    fs.writeSync(nextHandle, lines.join(''));
    fs.fdatasyncSync(nextHandle);
    fs.closeSync(nextHandle);
    fs.renameSync(next, file);
    fs.closeSync(handle);
    handle = fs.openSync(file, 'a');
    size = fs.fstatSync(handle).size;
    liveBytes = size;
  }

  return {
    load: () => new Map([...current].map(([key, text]) => [key, JSON.parse(text)])),
    put(key, value) {
      const text = value === undefined ? undefined : JSON.stringify(value);
      if (text === undefined) current.delete(key);
      else current.set(key, text);
      pending.push(logLine(key, text));
    },
    flush() {
      if (pending.length === 0) return;
      const chunk = pending.join('');
      pending = [];
      fs.writeSync(handle, chunk);
      fs.fdatasyncSync(handle);
      size += Buffer.byteLength(chunk);
      if (size > compactAboveBytes && size > 4 * liveBytes) compact();
    },
    close: () => fs.closeSync(handle),
  };
}

function logLine(key: string, text: string | undefined): string {
  return `[${JSON.stringify(key)},${text ?? 'null'}]\n`;
}

function readLog(file: string): Map<string, string> {
  const current = new Map<string, string>();
  if (!fs.existsSync(file)) return current;
  const text = fs.readFileSync(file, 'utf8');
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) fs.truncateSync(file, Buffer.byteLength(text.slice(0, whole)));
  for (const line of text.slice(0, whole).split('\n')) {
    if (line === '') continue;
    const [key, value] = JSON.parse(line) as [string, unknown];
    if (value === null) current.delete(key);
    else current.set(key, JSON.stringify(value));
  }
  return current;
}
