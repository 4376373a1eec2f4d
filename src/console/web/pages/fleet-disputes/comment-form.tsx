import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { disputesTexts } from './texts.ts';

/** Attaches words and the numbers of documents. */
export function CommentForm({ id, changed }: { id: string; changed: () => void }) {
  const say = useTexts(disputesTexts);
  const [text, setText] = useState('');
  const [references, setReferences] = useState('');
  const send = useIntent();
  const attaching = useMutation({
    mutationFn: () =>
      send((header) =>
        bodyOf(
          api.disputes[':id'].evidence.$post({
            param: { id },
            header,
            json: {
              text: text.trim(),
              references: references
                .split(/[,，]/)
                .map((each) => each.trim())
                .filter((each) => each !== ''),
            },
          }),
        ),
      ),
    onSuccess: () => {
      setText('');
      setReferences('');
      changed();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        attaching.mutate();
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={say('comment')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={2000}
          autosize
          minRows={2}
        />
        <TextInput
          label={say('references')}
          description={say('referencesHint')}
          value={references}
          onChange={(event) => setReferences(event.currentTarget.value)}
        />
        {attaching.error && <ErrorPanel error={attaching.error} />}
        <Group justify="flex-end">
          <Button type="submit" size="xs" loading={attaching.isPending} disabled={text.trim() === ''}>
            {say('attach')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
