import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A golden vector that every receiver accepts, as an example for documents. */
export interface GoldenMessage {
  name: string;
  direction: string;
  payload: Record<string, unknown>;
}

/** The accepted ones of `test/contract/vectors`, by file and in the order they stand there. */
export function readGoldenMessages(root: string): GoldenMessage[] {
  const folder = join(root, 'test', 'contract', 'vectors');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'edges.json');
  return files
    .sort()
    .flatMap(
      (file) =>
        JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
          name: string;
          direction: string;
          payload: string;
          expect: string;
        }[],
    )
    .filter((vector) => vector.expect === 'accept')
    .map(({ name, direction, payload }) => ({ name, direction, payload: JSON.parse(payload) }));
}
