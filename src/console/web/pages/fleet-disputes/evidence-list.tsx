import { Button, Card, Code, Group, Stack, Text } from '@mantine/core';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { partTexts } from '../../parts/texts.ts';
import { usePages } from '../../parts/use-pages.ts';
import { disputesTexts } from './texts.ts';

/** All that is attached, as it was when it was attached. */
export function EvidenceList({ id }: { id: string }) {
  const say = useTexts(disputesTexts);
  const parts = useTexts(partTexts);
  const formats = useFormats();
  const list = usePages(
    ['disputes', 'evidence', id],
    (page) => bodyOf(api.disputes[':id'].evidence.$get({ param: { id }, query: page })),
    { limit: 30 },
  );
  if (list.error) return <ErrorPanel error={list.error} retry={list.retry} />;
  if (list.isPending) return <PageSkeleton rows={2} />;
  return (
    <Stack gap="xs">
      {list.items.map(({ n, kind, source, body, by, attachedAt }) => (
        <Card key={n} withBorder padding="xs">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" fw={600}>
              {say(`kind.${kind}`)}
            </Text>
            <Text size="xs" c="dimmed">
              {by === 'service' ? say('copied') : by} · {formats.dayAndTime(attachedAt)}
            </Text>
          </Group>
          {kind === 'comment' ? (
            <Comment body={body} />
          ) : (
            <details>
              <Text component="summary" size="xs" c="dimmed">
                {source}
              </Text>
              <Code block fz="xs" mah={260} style={{ overflow: 'auto' }} tabIndex={0}>
                {JSON.stringify(body, null, 2)}
              </Code>
            </details>
          )}
        </Card>
      ))}
      {list.more && (
        <Button variant="default" size="xs" loading={list.isLoadingMore} onClick={list.more}>
          {parts('more')}
        </Button>
      )}
    </Stack>
  );
}

function Comment({ body }: { body: Readonly<Record<string, unknown>> }) {
  const references = Array.isArray(body.references) ? body.references.map(String) : [];
  return (
    <>
      <Text size="sm">{typeof body.text === 'string' ? body.text : ''}</Text>
      {references.length > 0 && (
        <Text size="xs" c="dimmed">
          {references.join(', ')}
        </Text>
      )}
    </>
  );
}
