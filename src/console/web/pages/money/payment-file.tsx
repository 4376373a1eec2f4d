import { Alert, Button, FileInput, Group, NativeSelect, Stack, Title } from '@mantine/core';
import { IconCheck, IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { moneyTexts } from './texts.ts';

/** Brings in a file of the bank or of Alipay; a file may also be dropped on the field. */
export function PaymentFile() {
  const say = useTexts(moneyTexts);
  const queries = useQueryClient();
  const [format, setFormat] = useState<'bank' | 'alipay'>('bank');
  const [file, setFile] = useState<File | null>(null);
  const intent = useIntent();
  const sending = useMutation({
    mutationFn: (body: File) =>
      intent((header) =>
        bodyOf(
          api.payments.imports.$post(
            { query: { format }, header },
            { headers: { 'Content-Type': 'text/csv' }, init: { body } },
          ),
        ),
      ),
    onSuccess: () => {
      setFile(null);
      void queries.invalidateQueries({ queryKey: ['payments'] });
      void queries.invalidateQueries({ queryKey: ['statements'] });
    },
  });
  const { data, error, isPending } = sending;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('bring')}
      </Title>
      <Stack gap="xs">
        <Group align="flex-end">
          <NativeSelect
            label={say('format')}
            value={format}
            data={[
              { value: 'bank', label: say('bank') },
              { value: 'alipay', label: say('alipay') },
            ]}
            onChange={(event) => setFormat(event.currentTarget.value === 'alipay' ? 'alipay' : 'bank')}
          />
          <FileInput
            label={say('file')}
            placeholder={say('fileHint')}
            accept=".csv,text/csv"
            value={file}
            onChange={setFile}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              setFile(event.dataTransfer.files[0] ?? null);
            }}
            w={320}
            clearable
          />
          <Button
            leftSection={<IconUpload size={16} aria-hidden />}
            disabled={file === null}
            loading={isPending}
            onClick={() => file && sending.mutate(file)}
          >
            {say('send')}
          </Button>
        </Group>
        {error && <ErrorPanel error={error} />}
        {data && (
          <Alert color="green" icon={<IconCheck aria-hidden />} title={say('taken', { n: data.taken })}>
            {say('takenText', {
              matched: data.lines.filter(({ outcome }) => outcome === 'matched').length,
              suspense: data.lines.filter(({ outcome }) => outcome === 'suspense').length,
              known: data.known,
              ignored: data.ignored,
            })}
          </Alert>
        )}
      </Stack>
    </section>
  );
}
