import { Anchor, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconPlant2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useGradingList, useSites, useStatusCounts } from './data.ts';
import { GradingTable } from './grading-table.tsx';
import { RecyclingTable } from './recycling-table.tsx';
import { RetiredPacks } from './retired-packs.tsx';
import { secondLifeTexts } from './texts.ts';

/** From retired to graded to a site to the recycler. */
export default function SecondLifePage() {
  const say = useTexts(secondLifeTexts);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')} />
      <Stack gap="lg">
        <Stages />
        <Sites />
        <RetiredPacks />
        <GradingTable />
        <RecyclingTable />
      </Stack>
    </>
  );
}

/** How many packs stand at each step of the way. */
function Stages() {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const counts = useStatusCounts();
  const gradings = useGradingList();
  const error = counts.error ?? gradings.error;
  if (error) return <ErrorPanel error={error} retry={() => void counts.refetch()} />;
  const graded = gradings.data?.pages.flatMap(({ items }) => items).length;
  const packsOf = (status: string) =>
    counts.data && formats.whole(counts.data.counts.find((each) => each.status === status)?.packs ?? 0);
  const gradedWords = graded === undefined ? undefined : formats.whole(graded);
  const stages = [
    ['retired', packsOf('retired')],
    ['graded', gradings.hasNextPage && gradedWords ? say('more', { n: gradedWords }) : gradedWords],
    ['secondLife', packsOf('secondLife')],
    ['recycled', packsOf('recycled')],
  ] as const;
  return (
    <SimpleGrid component="section" cols={{ base: 2, sm: 4 }} aria-label={say('stage.label')}>
      {stages.map(([stage, value]) => (
        <Card key={stage} withBorder padding="sm" data-stage={stage}>
          <Text size="sm" c="dimmed">
            {say(`stage.${stage}`)}
          </Text>
          <Text size="xl" fw={700}>
            {value ?? '–'}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}

function Sites() {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const { language } = useLanguage();
  const sites = useSites();
  if (sites.isPending) return <PageSkeleton rows={1} />;
  if (sites.error) return <ErrorPanel error={sites.error} retry={() => void sites.refetch()} />;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('sites.title')}
      </Title>
      {sites.data.items.length === 0 && (
        <Empty icon={IconPlant2} title={say('sites.none.title')} text={say('sites.none.text')} />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {sites.data.items.map(({ id, name, nameEn, importLimitW, station }) => (
          <Card key={id} withBorder padding="sm">
            <Anchor component={Link} to={`/second-life/${id}`} fw={600}>
              {language === 'en' ? (nameEn ?? name) : name}
            </Anchor>
            <Text size="sm" c="dimmed">
              {[id, station, say('sites.limit', { kw: formats.kW(importLimitW) })].filter(Boolean).join(' · ')}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </section>
  );
}
