import { asyncApiFile } from './asyncapi/asyncapi-file.ts';
import { contractExamplesFile } from './contract-examples.ts';
import type { GeneratedFile } from './generated-file.ts';
import { readGoldenMessages } from './golden-messages.ts';
import { machineDiagrams } from './machine-diagrams.ts';
import { machineVersions } from './machine-versions.ts';

/** Every generated document. Writes nothing. */
export function generateDocs(root: string): GeneratedFile[] {
  const golden = readGoldenMessages(root);
  return [asyncApiFile(golden), contractExamplesFile(root, golden), ...machineDiagrams(), ...machineVersions(root)];
}
