import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { Life } from './life.tsx';
import { regulatorTexts } from './texts.ts';

/** The life of a pack, by either of its codes. */
export function PackSearch() {
  const say = useTexts(regulatorTexts);
  const [written, setWritten] = useState('');
  const [code, setCode] = useState('');
  const { data, error, isFetching } = useQuery({
    queryKey: ['traceability', 'life', code],
    queryFn: () => bodyOf(api.traceability[':code'].$get({ param: { code } })),
    enabled: code !== '',
  });
  const isUnknown = error instanceof Problem && (error.status === 404 || error.status === 422 || error.status === 400);
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('search.title')}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setCode(written.trim().toUpperCase());
        }}
      >
        <Group align="flex-end" gap="xs" mb="sm">
          <TextInput
            label={say('search.label')}
            description={say('search.hint')}
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value)}
            w={340}
            maw="100%"
            required
          />
          <Button type="submit" loading={isFetching} leftSection={<IconSearch size={16} aria-hidden />}>
            {say('search.button')}
          </Button>
        </Group>
      </form>
      <Stack aria-live="polite">
        {isFetching && !data && <PageSkeleton rows={3} />}
        {isUnknown && <Empty icon={IconSearch} title={say('search.none')} text={say('search.noneText', { code })} />}
        {error && !isUnknown && <ErrorPanel error={error} />}
        {data && <Life life={data} />}
        {code === '' && (
          <Text size="sm" c="dimmed">
            {say('search.about')}
          </Text>
        )}
      </Stack>
    </section>
  );
}
