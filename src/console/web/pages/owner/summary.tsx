import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Figure } from '../../parts/figure.tsx';
import { packTexts } from '../../parts/pack-texts.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ownerTexts } from './texts.ts';

interface SummaryProps {
  owner: string;
  month: string;
}

/** The month in figures. */
export function Summary({ owner, month }: SummaryProps) {
  const say = useTexts(ownerTexts);
  const formats = useFormats();
  const words = useTexts(packTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['owners', 'summary', owner, month],
    queryFn: () => bodyOf(api.owners[':owner'].summary.$get({ param: { owner }, query: { month }, header: {} })),
  });
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <PageSkeleton rows={2} />;
  const counted = (of: Readonly<Record<string, number>>, name: (key: string) => string) =>
    Object.entries(of)
      .toSorted(([, a], [, b]) => b - a)
      .map(([key, n]) => `${name(key)} ${formats.whole(n)}`)
      .join(' · ');
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 5 }} spacing="sm">
        <Figure
          label={say('packs')}
          value={formats.whole(data.packs)}
          note={counted(data.statuses, (key) => words(`status.${key}` as 'status.retired'))}
        />
        <Figure label={say('income')} value={formats.money(data.incomeFen)} note={say('incomeNote')} />
        <Figure
          label={say('utilisation')}
          value={formats.pct(data.utilisation === null ? null : data.utilisation * 100)}
          note={say('swaps', { n: formats.whole(data.swaps) })}
        />
        <Figure label={say('health')} value={formats.pct(data.meanSohPct)} note={say('healthNote')} />
        <Figure
          label={say('residual')}
          value={formats.money(data.residualFen)}
          note={say('residualNote', { n: data.residualPacks, version: data.residualPolicyVersion })}
        />
      </SimpleGrid>
      <Text size="sm">
        {say('where', { places: counted(data.places, (key) => words(`place.${key}` as 'place.slot')) })}
      </Text>
    </Stack>
  );
}
