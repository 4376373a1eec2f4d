import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  type FileImport,
  fileImport,
  finalStates,
  importError,
  importKind,
  importMode,
} from '../../schema/wire/api/import.ts';
import { problem } from '../../schema/wire/api/problem.ts';
import type { Config } from '../platform/config.ts';
import { OperatorError, sentenceOf } from '../platform/errors.ts';

export const importUsage = `Bring a file of batteries, vehicles or users into a running Pitlane.

  npm run import -- <batteries|vehicles|users> <file.csv> [options]
      --mode <strict|partial>  strict (default): one bad row and nothing enters; partial: the good rows enter
      --dry-run                says what would happen and changes nothing
      --url <url>              of the service; default PITLANE_URL, else HOST and PORT of this environment
      --key <key>              API key; default PITLANE_KEY, else the admin's in credentials.json of DATA_DIR

Errors go to standard output as line:column reason. Ends with 0 when all rows are in, with 1 when rows were rejected, with 2 when nothing
could be done. What the columns are: docs/imports.md.`;

export interface ImportOrder {
  kind: z.infer<typeof importKind>;
  file: string;
  mode: z.infer<typeof importMode>;
  dryRun: boolean;
  url: string | undefined;
  key: string | undefined;
}

/** Null: help is wanted. */
export function readImportOrder(argv: readonly string[]): ImportOrder | null {
  const { values, positionals } = split(argv);
  const [kind, file, ...rest] = positionals;
  if (values.help === true || kind === undefined || kind === 'help') return null;
  if (file === undefined || rest.length > 0) throw mistake('One kind and one file are needed.');
  const parsed = importKind.safeParse(kind);
  if (!parsed.success) throw mistake(`There are no files of "${kind}".`);
  const mode = importMode.safeParse(values.mode ?? 'strict');
  if (!mode.success) throw mistake('--mode must be strict or partial.');
  return {
    kind: parsed.data,
    file,
    mode: mode.data,
    dryRun: values['dry-run'] === true,
    url: values.url,
    key: values.key,
  };
}

function split(argv: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { mode: text, url: text, key: text, 'dry-run': flag, help: flag },
    });
  } catch (error) {
    throw mistake(`${sentenceOf(error)}.`);
  }
}

const mistake = (sentence: string): OperatorError => new OperatorError(`${sentence}\n\n${importUsage}`);

export interface ImportTerminal {
  /** An error of the file. */
  print(line: string): void;
  say(sentence: string): void;
  /** How far it is. */
  progress(stage: string, done: number, of: number): void;
  progressEnds(): void;
}

/** Sends the file, follows it to its end, prints what is wrong with it. Returns the exit code. */
export async function runImportOrder(
  order: ImportOrder,
  config: Pick<Config, 'host' | 'port' | 'dataDir'>,
  terminal: ImportTerminal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<0 | 1 | 2> {
  const service = {
    url: (order.url ?? env.PITLANE_URL ?? `http://${config.host}:${config.port}`).replace(/\/$/, ''),
    key: order.key ?? env.PITLANE_KEY ?? (await adminKey(config.dataDir)),
  };
  try {
    const accepted = await upload(service, order, terminal);
    const ended = await follow(service, accepted, terminal);
    terminal.progressEnds();
    await printErrors(service, ended, terminal);
    return report(ended, terminal);
  } finally {
    terminal.progressEnds();
  }
}

interface Service {
  url: string;
  key: string;
}

async function adminKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'credentials.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  const parsed = text === null ? null : z.looseObject({ admin: z.string() }).safeParse(JSON.parse(text));
  if (!parsed?.success)
    throw new OperatorError(`There is no admin key in ${path}: give one with --key or PITLANE_KEY.`);
  return parsed.data.admin;
}

async function upload(service: Service, order: ImportOrder, terminal: ImportTerminal): Promise<FileImport> {
  const info = await stat(order.file).catch((error) => {
    throw new OperatorError(`${order.file} cannot be read: ${sentenceOf(error)}.`);
  });
  const query = new URLSearchParams({ kind: order.kind, mode: order.mode, dryRun: String(order.dryRun) });
  const metered = async function* () {
    let sent = 0;
    for await (const chunk of createReadStream(order.file)) {
      yield chunk as Buffer;
      sent += chunk.length;
      terminal.progress('sending', sent, info.size);
    }
  };
  const answer = await ask(service, `/api/v1/imports?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/csv', 'Idempotency-Key': `"${randomUUID()}"` },
    body: ReadableStream.from(metered()),
    duplex: 'half',
  } as RequestInit);
  return fileImport.parse(await answer.json());
}

async function ask({ url, key }: Service, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string> | undefined), Authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}${path}`, { ...init, headers }).catch((error) => {
    throw new OperatorError(`Pitlane at ${url} does not answer: ${sentenceOf(error.cause ?? error)}.`);
  });
  if (answer.ok) return answer;
  const said = problem.safeParse(await answer.json().catch(() => null));
  throw new OperatorError(`Pitlane refused (${answer.status}): ${said.success ? said.data.detail : answer.statusText}`);
}

/** The stream of its progress; when that breaks off, it is opened anew. */
async function follow(service: Service, accepted: FileImport, terminal: ImportTerminal): Promise<FileImport> {
  let last = accepted;
  for (let attempt = 0; !finalStates.includes(last.state) && attempt < 100; attempt++) {
    const answer = await ask(service, `/api/v1/imports/${accepted.id}/progress`);
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) {
          const data = /^event: import$/m.test(frame) && /^data: (.*)$/m.exec(frame)?.[1];
          if (data) last = fileImport.parse(JSON.parse(data));
        }
        if (last.state === 'checking') terminal.progress('checking', last.checked, last.rows);
        if (last.state === 'applying') terminal.progress('writing', last.rows, last.rows);
      }
    } catch {
      terminal.say('The connection broke off; looking again.');
    }
  }
  return last;
}

const errorPage = z.object({ items: z.array(importError), nextCursor: z.union([z.string(), z.null()]) });

async function printErrors(service: Service, { id }: FileImport, terminal: ImportTerminal): Promise<void> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await ask(service, `/api/v1/imports/${id}/errors?limit=200${from}`);
    const page = errorPage.parse(await answer.json());
    for (const { line, column, reason, severity } of page.items)
      terminal.print(`${line}:${column} ${reason}${severity === 'warning' ? ' (warning)' : ''}`);
    cursor = page.nextCursor;
  }
}

function report(ended: FileImport, { say }: ImportTerminal): 0 | 1 | 2 {
  const { id, state, dryRun, inserted, updated, unchanged, rejected, rows, failure } = ended;
  const counts = `${inserted} new, ${updated} changed, ${unchanged} as they were, ${rejected} rejected, of ${rows} rows`;
  if (state === 'done') {
    say(`${id}: ${counts}${dryRun ? '. That is what would happen: nothing was changed' : ''}.`);
    return rejected > 0 ? 1 : 0;
  }
  if (state === 'rejected') {
    say(
      `${id}: nothing has entered. ${rejected > 0 ? `${rejected} of ${rows} rows are wrong.` : 'The file cannot be read.'}`,
    );
    return 1;
  }
  say(`${id}: ${state}. ${failure ?? 'Nothing has entered.'}`);
  return 2;
}
