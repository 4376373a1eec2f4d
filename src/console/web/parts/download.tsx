import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { saveAs } from '../api/download.ts';

interface DownloadProps {
  /** Asks the API for the file. */
  ask: () => Parameters<typeof saveAs>[1];
  name: string;
  words: string;
  /** Told what failed; null when it is tried anew. */
  onError: (error: unknown) => void;
}

/** Saves an answer of the API as a file, in the reader's language. */
export function Download({ ask, name, words, onError }: DownloadProps) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    onError(null);
    try {
      await saveAs(name, ask());
    } catch (error) {
      onError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant="default"
      loading={busy}
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => void save()}
    >
      {words}
    </Button>
  );
}
