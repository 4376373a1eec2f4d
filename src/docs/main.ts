import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../platform/paths.ts';
import { generateDocs } from './generate-docs.ts';

// `npm run docs:generate`: writes every generated document. A test fails when a committed one differs.
for (const { path, text } of generateDocs(projectRoot)) {
  writeFileSync(join(projectRoot, path), text);
  process.stdout.write(`wrote ${path}\n`);
}
