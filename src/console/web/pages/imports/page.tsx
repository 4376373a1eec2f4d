import { Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { Earlier } from './earlier.tsx';
import { ImportResult } from './import-result.tsx';
import type { Sending } from './send-file.ts';
import { importsTexts } from './texts.ts';
import { UploadForm } from './upload-form.tsx';

/** A file: chosen, checked, brought in. Earlier ones below. */
export default function ImportsPage() {
  const say = useTexts(importsTexts);
  const { import: shown } = useSearch({ strict: false }) as { import?: string };
  const navigate = useNavigate();
  // What was checked may be brought in while this page is open: a file is not kept in an address.
  const [checked, setChecked] = useState<{ id: string; sending: Sending } | null>(null);
  const show = (id: string | null) =>
    void navigate({ to: '.', search: (id === null ? {} : { import: id }) as never, replace: true });
  const sent = (id: string, sending: Sending) => {
    setChecked(sending.dryRun ? { id, sending } : null);
    show(id);
  };
  return (
    <>
      <PageTitle title={say('title')} about={say('about')} />
      <Stack gap="lg">
        {shown ? (
          <ImportResult
            key={shown}
            id={shown}
            checked={checked?.id === shown ? checked.sending : null}
            sent={sent}
            close={() => show(null)}
          />
        ) : (
          <UploadForm sent={sent} />
        )}
        <Earlier show={show} />
      </Stack>
    </>
  );
}
