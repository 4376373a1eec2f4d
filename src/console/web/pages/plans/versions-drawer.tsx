import { Card, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useTermsWords } from './terms-words.ts';
import { plansTexts } from './texts.ts';

/** Every version of a plan, the newest first, in words. */
export function VersionsDrawer({ plan, close }: { plan: string; close: () => void }) {
  const say = useTexts(plansTexts);
  const formats = useFormats();
  const wordsOf = useTermsWords();
  const { data, error } = useQuery({
    queryKey: ['plans', 'versions', plan],
    queryFn: () => bodyOf(api.plans[':id'].versions.$get({ param: { id: plan } })),
  });
  return (
    <Drawer opened onClose={close} title={say('versionsOf', { plan })} position="right" size="lg">
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={3} />}
      <Stack>
        {data?.items.map(({ version, terms, publishedAt, publishedBy }) => (
          <Card key={version} withBorder padding="sm" data-version={version}>
            <Group justify="space-between">
              <Title order={3} size="h5">
                {say('versionN', { n: version })}
              </Title>
              <Text size="xs" c="dimmed">
                {say('publishedBy', { by: publishedBy, at: formats.dayAndTime(publishedAt) })}
              </Text>
            </Group>
            {wordsOf(terms).map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))}
          </Card>
        ))}
      </Stack>
    </Drawer>
  );
}
