import { Anchor, Text } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Swap } from '../../../../../schema/wire/api/swap.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { CsvButton } from '../../parts/csv-button.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { SwapStateBadge } from '../../parts/swap-state.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { SwapFilters } from './filters.tsx';
import { queryOf, type SwapFilter } from './swap-filter.ts';
import { swapsTexts } from './texts.ts';

/** All swaps the caller may see, by vehicle, pack, station, state and time. */
export default function SwapsPage() {
  const say = useTexts(swapsTexts);
  const filter = useSearch({ strict: false }) as SwapFilter;
  const navigate = useNavigate();
  const query = queryOf(filter);
  const list = usePages(['swaps', query], (page) => bodyOf(api.swaps.$get({ query: { ...query, ...page } as never })));
  const columns = useColumns();
  const words = new URLSearchParams(query).toString();
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <CsvButton path={`/api/v1/swaps${words === '' ? '' : `?${words}`}`} words={say('csv')} />
      </PageTitle>
      <SwapFilters
        filter={filter}
        choose={(next) => void navigate({ to: '.', search: next as never, replace: true })}
      />
      <PagedTable
        label={say('table.label')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        minWidth={900}
        empty={<Empty icon={IconListSearch} title={say('empty.title')} text={say('empty.text')} />}
      />
    </>
  );
}

const tail = (code: string | null): string => (code === null ? '–' : `…${code.slice(-7)}`);

function useColumns(): Column<Swap>[] {
  const say = useTexts(swapsTexts);
  const formats = useFormats();
  return [
    {
      head: say('table.swap'),
      cell: ({ id }) => (
        <Anchor component={Link} to={`/swaps/${id}`} fw={600}>
          {id}
        </Anchor>
      ),
    },
    { head: say('table.at'), cell: ({ inPositionAt }) => formats.dayAndTime(inPositionAt) },
    {
      head: say('table.vehicle'),
      cell: ({ vehicle }) => (
        <Text size="sm" ff="monospace">
          {vehicle}
        </Text>
      ),
    },
    { head: say('table.state'), cell: ({ state }) => <SwapStateBadge state={state} /> },
    { head: say('table.time'), right: true, cell: ({ swapTimeMs }) => formats.seconds(swapTimeMs) },
    {
      head: say('table.packs'),
      cell: ({ packOut, packIn }) => (
        <Text size="sm" ff="monospace" title={`${packOut ?? '–'} → ${packIn ?? '–'}`}>
          {tail(packOut)} → {tail(packIn)}
        </Text>
      ),
    },
    {
      head: say('table.soc'),
      cell: ({ packOutSocPct, packInSocPct }) => `${formats.pct(packOutSocPct)} → ${formats.pct(packInSocPct)}`,
    },
  ];
}
