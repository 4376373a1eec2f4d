import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/platform/paths.ts';

/** As Vite writes it beside what it built. */
interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

interface Bytes {
  files: number;
  /** As they are, and as they travel (Brotli). */
  bytes: number;
  sentBytes: number;
}

export interface PageBytes {
  /** As in `app/pages.ts`. */
  path: string;
  /** The chunk that holds the page itself. */
  chunk: string;
  /** What is fetched for it beyond what every page needs. */
  more: Bytes;
}

export interface ConsoleBytes {
  /** The script in the page's head with all it imports: what every page needs. */
  entry: Bytes;
  pages: readonly PageBytes[];
}

const built = join(projectRoot, 'dist/console');
const web = join(projectRoot, 'src/console/web');

/** How much script each page of the built console makes a browser fetch at first; what is fetched when it is asked for (plots, map, charts) not counted. */
export function readConsoleBytes(): ConsoleBytes {
  const manifest = JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')) as Manifest;
  const entry = filesOf(
    manifest,
    Object.keys(manifest).filter((name) => manifest[name]?.isEntry),
  );
  return {
    entry: weigh(entry),
    pages: pagesInSource().map(({ path, source }) => {
      const chunk = manifest[source]?.file;
      if (chunk === undefined) throw new Error(`${source} is not in the manifest of the built console`);
      const own = filesOf(manifest, [source]);
      return { path, chunk, more: weigh(new Set([...own].filter((file) => !entry.has(file)))) };
    }),
  };
}

/** Read, not imported: the list of pages is a program of the browser. */
function pagesInSource(): { path: string; source: string }[] {
  const text = readFileSync(join(web, 'app/pages.ts'), 'utf8');
  return [...text.matchAll(/path: '([^']+)'[^}]*?import\('\.\.\/(pages\/[^']+)'\)/g)].map(
    ([, path = '', source = '']) => ({ path, source }),
  );
}

function filesOf(manifest: Manifest, names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const files = new Set<string>();
  const visit = (name: string) => {
    const chunk = manifest[name];
    if (!chunk || seen.has(name)) return;
    seen.add(name);
    files.add(chunk.file);
    for (const each of chunk.imports ?? []) visit(each);
  };
  for (const name of names) visit(name);
  return files;
}

function weigh(files: ReadonlySet<string>): Bytes {
  const sizeOf = (name: string) => statSync(join(built, name)).size;
  const sum = (size: (name: string) => number) => [...files].reduce((total, name) => total + size(name), 0);
  return {
    files: files.size,
    bytes: sum(sizeOf),
    sentBytes: sum((name) => sizeOf(existsSync(join(built, `${name}.br`)) ? `${name}.br` : name)),
  };
}

/** For docs/console.md. */
export function bytesTable({ entry, pages }: ConsoleBytes): string {
  const kB = (bytes: number) => (bytes / 1000).toFixed(0);
  const row = (name: string, { files, bytes, sentBytes }: Bytes) =>
    `| ${name} | ${files} | ${kB(bytes)} | ${kB(sentBytes)} |`;
  return [
    '| page | files | kB | kB sent (Brotli) |',
    '|---|---:|---:|---:|',
    row('every page', entry),
    ...pages.map(({ path, more }) => row(`\`${path}\``, more)),
  ].join('\n');
}
