import { Problem } from './problem.ts';

interface FileAnswer {
  readonly ok: boolean;
  readonly status: number;
  blob(): Promise<Blob>;
  json(): Promise<unknown>;
}

/** Has the browser keep an answer as a file. @throws Problem when the service refuses. */
export async function saveAs(name: string, answer: Promise<FileAnswer>): Promise<void> {
  const response = await answer;
  if (!response.ok)
    throw new Problem(response.status, ((await response.json().catch(() => ({}))) ?? {}) as Record<string, unknown>);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
