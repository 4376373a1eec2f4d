import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../platform/paths.ts';

export interface Migration {
  tag: string;
  hash: string;
  text: string;
}

interface Journal {
  entries: { idx: number; when: number; tag: string }[];
}

export const migrationsFolder = join(projectRoot, 'schema', 'migrations');

/**
 * The migrations of this program in their order. A file merged late with an older time than its predecessor is an error here, because
 * tools that compare times only would skip it silently.
 */
export async function readMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const journal = JSON.parse(await readFile(join(folder, 'meta', '_journal.json'), 'utf8')) as Journal;
  let before = 0;
  for (const [index, entry] of journal.entries.entries()) {
    if (entry.idx !== index || entry.when <= before) throw new Error(`migration ${entry.tag} is out of order`);
    before = entry.when;
  }
  return Promise.all(
    journal.entries.map(async ({ tag }) => {
      const text = await readFile(join(folder, `${tag}.sql`), 'utf8');
      return { tag, text, hash: createHash('sha256').update(text).digest('hex') };
    }),
  );
}
