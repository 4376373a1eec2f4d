import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedFile } from './generated-file.ts';
import type { GoldenMessage } from './golden-messages.ts';

const path = 'docs/plc-contract.md';
const lineWidth = 120;
/** `<!-- example: name -->`, with the block that the last run put behind it. */
const marker = /<!-- example: ([a-z0-9-]+) -->\n(?:\n```json\n[\s\S]*?\n```\n)?/g;

/** The contract with its examples set to the golden vectors of the same name. The text around them is written by hand. */
export function contractExamplesFile(root: string, golden: readonly GoldenMessage[]): GeneratedFile {
  const text = readFileSync(join(root, path), 'utf8').replace(marker, (_match, name: string) => {
    const message = golden.find((candidate) => candidate.name === name);
    if (!message) throw new Error(`${path} names the example ${name}, which is no accepted golden vector`);
    return `<!-- example: ${name} -->\n\n\`\`\`json\n${layOut(message.payload, '')}\n\`\`\`\n`;
  });
  return { path, text };
}

/** JSON with as many fields on a line as fit. */
export function layOut(value: unknown, indent: string): string {
  const inline = inlineJson(value);
  if (indent.length + inline.length <= lineWidth || typeof value !== 'object' || value === null) return inline;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => layOut(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${layOut(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${fill(items, inner)}\n${indent}${close}`;
}

/** Items one after the other, on as few lines as their width allows; an item of several lines stands alone. */
function fill(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const [i, item] of items.entries()) {
    const text = i < items.length - 1 ? `${item},` : item;
    const fits = line !== '' && !text.includes('\n') && indent.length + line.length + 1 + text.length <= lineWidth;
    if (fits) line += ` ${text}`;
    else {
      if (line) lines.push(indent + line);
      line = text;
    }
    if (text.includes('\n')) {
      lines.push(indent + line);
      line = '';
    }
  }
  if (line) lines.push(indent + line);
  return lines.join('\n');
}

function inlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inlineJson(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
