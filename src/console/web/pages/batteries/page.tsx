import { Stack } from '@mantine/core';
import { IconBatteryOff } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.ts';
import { CsvButton } from '../../parts/csv-button.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { BatteryTable } from './battery-table.tsx';
import { type PackFilter, usePacks } from './data.ts';
import { PackFilters } from './filters.tsx';
import { StockCounts } from './stock-counts.tsx';
import { batteriesTexts } from './texts.ts';

/** All packs the caller may see: how many are where, and which. */
export default function BatteriesPage() {
  const say = useTexts(batteriesTexts);
  const filter = useSearch({ strict: false }) as PackFilter;
  const navigate = useNavigate();
  const choose = (next: PackFilter) => void navigate({ to: '.', search: next as never, replace: true });
  const words = new URLSearchParams(filter as Record<string, string>).toString();
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <CsvButton path={`/api/v1/batteries${words === '' ? '' : `?${words}`}`} words={say('csv')} />
      </PageTitle>
      <Stack>
        <StockCounts choose={choose} />
        <PackFilters filter={filter} choose={choose} />
        <Found filter={filter} />
      </Stack>
    </>
  );
}

function Found({ filter }: { filter: PackFilter }) {
  const say = useTexts(batteriesTexts);
  const packs = usePacks(filter);
  if (packs.isPending) return <PageSkeleton />;
  if (packs.error) return <ErrorPanel error={packs.error} retry={() => void packs.refetch()} />;
  const items = packs.data.pages.flatMap((page) => page.items);
  if (items.length === 0 && !packs.hasNextPage)
    return <Empty icon={IconBatteryOff} title={say('empty.title')} text={say('empty.text')} />;
  return (
    <div>
      <BatteryTable packs={items} />
      <MoreButton of={packs} />
    </div>
  );
}
