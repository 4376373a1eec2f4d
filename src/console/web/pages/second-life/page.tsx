import { Anchor, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconPlant2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { usePipeline, useSites } from './data.ts';
import { GradingRules } from './grading-policy.tsx';
import { GradingTable } from './grading-table.tsx';
import { RecyclingTable } from './recycling-table.tsx';
import { RetiredPacks } from './retired-packs.tsx';
import { RetirementRules } from './retirement-policy.tsx';
import { SiteDialog } from './site-dialog.tsx';
import { secondLifeTexts } from './texts.ts';

/** From retired to graded to a site to the recycler. */
export default function SecondLifePage() {
  const say = useTexts(secondLifeTexts);
  const isOverseer = !isOneOf(useCaller(), ['owner']);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')} />
      <Stack gap="lg">
        <Stages />
        <Sites />
        <RetiredPacks />
        <GradingTable />
        <RecyclingTable />
        {isOverseer && <RetirementRules />}
        <GradingRules />
      </Stack>
    </>
  );
}

/** How many packs stand at each step of the way. */
function Stages() {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const { data, error, refetch } = usePipeline();
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  const sum = (counts: Readonly<Record<string, number>> | undefined) =>
    counts && Object.values(counts).reduce((all, each) => all + each, 0);
  const graded = data && data.graded.A + data.graded.B + data.graded.C;
  const stages = [
    ['ungraded', data?.ungraded, null],
    ['graded', graded, data && say('stage.grades', data.graded)],
    ['toRecycle', data?.graded.recycle, null],
    ['sites', sum(data?.assets), data && say('stage.states', data.assets)],
    ['recycled', data?.recycled, null],
  ] as const;
  return (
    <SimpleGrid component="section" cols={{ base: 2, sm: 3, lg: 5 }} aria-label={say('stage.label')}>
      {stages.map(([stage, packs, note]) => (
        <Card key={stage} withBorder padding="sm" data-stage={stage}>
          <Text size="sm" c="dimmed">
            {say(`stage.${stage}`)}
          </Text>
          <Text size="xl" fw={700}>
            {formats.whole(packs)}
          </Text>
          {note && (
            <Text size="xs" c="dimmed">
              {note}
            </Text>
          )}
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
  const mayEnter = isOneOf(useCaller(), ['admin', 'operations']);
  const [entering, setEntering] = useState(false);
  if (sites.isPending) return <PageSkeleton rows={1} />;
  if (sites.error) return <ErrorPanel error={sites.error} retry={() => void sites.refetch()} />;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('sites.title')}
        </Title>
        {mayEnter && (
          <Button size="xs" variant="default" onClick={() => setEntering(true)}>
            {say('site.new')}
          </Button>
        )}
      </Group>
      {entering && <SiteDialog site={null} close={() => setEntering(false)} />}
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
