import type { FileImport, ImportKind } from '../../../../../schema/wire/api/import.ts';
import { Problem, Unreachable } from '../../api/problem.ts';
import { currentLanguage } from '../../i18n/texts.ts';

export const maxBytes = 64 * 1024 * 1024;

export interface Sending {
  kind: ImportKind;
  mode: FileImport['mode'];
  dryRun: boolean;
  file: File;
  /** One for the intent, kept when it is tried again. */
  idempotencyKey: string;
}

/** Sends a file and says how much of it has gone. Not by `fetch`, which does not say that. */
export function sendFile(sending: Sending, onPart: (part: number) => void): Promise<FileImport> {
  const { kind, mode, dryRun, file, idempotencyKey } = sending;
  const query = new URLSearchParams({ kind, mode, dryRun: String(dryRun) });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/imports?${query}`);
    request.setRequestHeader('Content-Type', 'text/csv');
    request.setRequestHeader('Idempotency-Key', idempotencyKey);
    request.setRequestHeader('Accept-Language', currentLanguage());
    request.upload.addEventListener('progress', ({ loaded, total }) => onPart(total > 0 ? loaded / total : 0));
    request.addEventListener('error', () => reject(new Unreachable('no answer')));
    request.addEventListener('load', () => {
      const body = parse(request.responseText);
      if (request.status === 202) resolve(body as unknown as FileImport);
      else reject(new Problem(request.status, body));
    });
    request.send(file);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
