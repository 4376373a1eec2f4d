import { Anchor, Button, Group, Table, Text, Title } from '@mantine/core';
import { IconPlant2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Battery } from '../../../../../schema/wire/api/battery.ts';
import type { Grading } from '../../../../../schema/wire/api/grading.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { GradeBadge } from '../../parts/grade-badge.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { usePlaceWords } from '../../parts/pack-place.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { AssetDialog } from './asset-dialog.tsx';
import { latestByPack, useGradingList, useRetired } from './data.ts';
import { GradingForm } from './grading-form.tsx';
import { RecyclingDialog } from './recycling-dialog.tsx';
import { secondLifeTexts } from './texts.ts';

interface Wish {
  what: 'grade' | 'recycle' | 'asset';
  pack: Battery;
  grading: Grading | null;
}

/** Those that have left traffic and wait for what becomes of them. */
export function RetiredPacks() {
  const say = useTexts(secondLifeTexts);
  const retired = useRetired();
  const gradings = useGradingList();
  const [wish, setWish] = useState<Wish | null>(null);
  const latest = useMemo(() => latestByPack(gradings.data?.pages.flatMap((page) => page.items) ?? []), [gradings.data]);
  if (retired.isPending) return <PageSkeleton rows={3} />;
  if (retired.error) return <ErrorPanel error={retired.error} retry={() => void retired.refetch()} />;
  const items = retired.data.pages.flatMap((page) => page.items);
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('retired.title')}
      </Title>
      {items.length === 0 ? (
        <Empty icon={IconPlant2} title={say('retired.none.title')} text={say('retired.none.text')} />
      ) : (
        <Table.ScrollContainer minWidth={720}>
          <Table fz="sm" aria-label={say('retired.title')}>
            <Table.Thead>
              <Table.Tr>
                {(['code', 'place', 'soh', 'grade'] as const).map((name) => (
                  <Table.Th key={name}>{say(`retired.${name}`)}</Table.Th>
                ))}
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((pack) => (
                <Row key={pack.code} pack={pack} grading={latest.get(pack.code) ?? null} ask={setWish} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton of={retired} />
      {wish?.what === 'grade' && (
        <GradingForm pack={wish.pack.code} replaces={wish.grading?.n ?? null} close={() => setWish(null)} />
      )}
      {wish?.what === 'asset' && <AssetDialog pack={wish.pack.code} site="" close={() => setWish(null)} />}
      {wish?.what === 'recycle' && <RecyclingDialog pack={wish.pack.code} close={() => setWish(null)} />}
    </section>
  );
}

interface RowProps {
  pack: Battery;
  grading: Grading | null;
  ask: (wish: Wish) => void;
}

function Row({ pack, grading, ask }: RowProps) {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const placeWords = usePlaceWords();
  const caller = useCaller();
  const inWorkshop = pack.place?.kind === 'workshop';
  const mayGrade = isOneOf(caller, ['admin', 'operations', 'staff', 'maintenance']);
  const isManager = isOneOf(caller, ['admin', 'operations']);
  const mayRecycle = isManager && grading?.grade === 'recycle';
  const mayWork = isManager && grading !== null && grading.grade !== 'recycle';
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/batteries/${pack.code}`} ff="monospace" size="sm">
          {pack.code}
        </Anchor>
      </Table.Td>
      <Table.Td>{placeWords(pack.place)}</Table.Td>
      <Table.Td>{formats.pct(grading?.sohPct ?? pack.sohPct)}</Table.Td>
      <Table.Td miw={120}>{grading ? <GradeBadge grade={grading.grade} /> : say('retired.ungraded')}</Table.Td>
      <Table.Td>
        <Group gap={4}>
          {mayGrade && inWorkshop && (
            <Button size="xs" variant="default" onClick={() => ask({ what: 'grade', pack, grading })}>
              {say(grading ? 'retired.regrade' : 'retired.grading')}
            </Button>
          )}
          {mayGrade && !inWorkshop && (
            <Text size="xs" c="dimmed">
              {say('retired.workshop')}
            </Text>
          )}
          {mayWork && (
            <Button size="xs" variant="default" onClick={() => ask({ what: 'asset', pack, grading })}>
              {say('asset.button')}
            </Button>
          )}
          {mayRecycle && (
            <Button size="xs" variant="default" onClick={() => ask({ what: 'recycle', pack, grading })}>
              {say('retired.recycle')}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
