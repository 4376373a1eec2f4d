import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Problem } from '../api/problem.ts';
import { currentLanguage, useTexts } from '../i18n/texts.ts';
import { ErrorPanel } from './error-panel.tsx';
import { partTexts } from './texts.ts';

interface CsvButtonProps {
  /** A list of the API with its filters: the file has every item of it, not a page. */
  path: string;
  words?: string;
}

/** Saves a list as CSV. */
export function CsvButton({ path, words }: CsvButtonProps) {
  const say = useTexts(partTexts);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await saveCsv(path);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        variant="default"
        loading={busy}
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={() => void save()}
      >
        {words ?? say('csv')}
      </Button>
      {error !== null && <ErrorPanel error={error} />}
    </>
  );
}

async function saveCsv(path: string): Promise<void> {
  const answer = await fetch(path, {
    headers: { Accept: 'text/csv', 'Accept-Language': currentLanguage() },
    credentials: 'same-origin',
  });
  if (!answer.ok) throw new Problem(answer.status, (await answer.json().catch(() => ({}))) as Record<string, unknown>);
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'list.csv';
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
