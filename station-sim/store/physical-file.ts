import fs from 'node:fs';
import path from 'node:path';

const rotateAboveBytes = 64 * 1024 * 1024;

/**
 * The physical journal as JSON lines in a file. Lines newer than the stored state (written just before a kill) are cut off, since
 * the state they led to is lost. Above 64 MB the file is set aside once as `*.old`.
 */
export function openPhysicalFile(file: string): (lastN: number) => (lines: string) => void {
  return (lastN) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    cutAfter(file, lastN);
    let handle = fs.openSync(file, 'a');
    let size = fs.fstatSync(handle).size;
    return (lines) => {
      size += fs.writeSync(handle, lines);
      if (size < rotateAboveBytes) return;
      fs.closeSync(handle);
      fs.renameSync(file, `${file}.old`);
      handle = fs.openSync(file, 'a');
      size = 0;
    };
  };
}

function cutAfter(file: string, lastN: number): void {
  if (!fs.existsSync(file)) return;
  const text = fs.readFileSync(file, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  lines.pop();
  while (lines.length > 0 && numberOf(lines.at(-1) ?? '') > lastN) lines.pop();
  const kept = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  if (kept.length < text.length) fs.truncateSync(file, Buffer.byteLength(kept));
}

const numberOf = (line: string): number => (JSON.parse(line) as { n: number }).n;
