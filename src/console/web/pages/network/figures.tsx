import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { StationRow } from './station-row.ts';
import { networkTexts } from './texts.ts';
import { needsSomebody, troubleOf } from './worst-first.ts';

/** The network in a glance. */
export function Figures({ rows }: { rows: readonly StationRow[] }) {
  const say = useTexts(networkTexts);
  const formats = useFormats();
  const kept = useQuery({
    queryKey: ['network', 'kept'],
    queryFn: () => bodyOf(api.reservations.kpi.$get({ query: {} })),
    refetchInterval: 300_000,
  });
  const sum = (of: (row: StationRow) => number) => rows.reduce((all, row) => all + of(row), 0);
  const levels = [4, 3, 2, 1].flatMap((level) => {
    const n = sum(({ alarms }) => alarms[level - 1] ?? 0);
    return n > 0 ? [say('figures.level', { level, n })] : [];
  });
  const share = kept.data?.total.keptShare ?? null;
  const longest = Math.max(0, ...rows.map(({ now }) => now?.expectedWaitMs ?? 0));
  return (
    <SimpleGrid
      component="dl"
      cols={{ base: 2, sm: 4, lg: 8 }}
      spacing="xs"
      m={0}
      mb="sm"
      aria-label={say('figures.label')}
    >
      <Figure name={say('figures.all')} value={formats.whole(rows.length)} />
      <Figure
        name={say('figures.attention')}
        value={formats.whole(rows.filter((row) => needsSomebody(troubleOf(row))).length)}
      />
      <Figure
        name={say('figures.silent')}
        value={formats.whole(rows.filter(({ station }) => !station.online).length)}
      />
      <Figure
        name={say('figures.swaps')}
        value={formats.whole(sum(({ station }) => station.openSwaps))}
        more={`${say('figures.wait')}: ${formats.clock(longest)}`}
      />
      <Figure
        name={say('figures.ready')}
        value={formats.whole(sum(({ station }) => station.readyPacks))}
        more={say('figures.ofPacks', { n: formats.whole(sum(({ station }) => station.packs)) })}
      />
      <Figure
        name={say('figures.alarms')}
        value={formats.whole(sum(({ alarms }) => alarms.reduce((all, each) => all + each, 0)))}
        more={[...levels, say('figures.alarmsNew', { n: sum(({ unacknowledged }) => unacknowledged) })].join(' · ')}
      />
      <Figure name={say('figures.incidents')} value={formats.whole(sum(({ incidents }) => incidents))} />
      <Figure
        name={say('figures.kept')}
        value={formats.pct(share === null ? null : share * 100)}
        more={say('figures.keptIn')}
      />
    </SimpleGrid>
  );
}

function Figure({ name, value, more }: { name: string; value: string; more?: string }) {
  return (
    <Paper withBorder p="xs">
      <Text component="dt" size="xs" c="dimmed" truncate>
        {name}
      </Text>
      <Text component="dd" m={0} fz={22} fw={700} lh={1.2}>
        {value}
      </Text>
      {more && (
        <Text component="dd" m={0} size="xs" c="dimmed" lineClamp={2}>
          {more}
        </Text>
      )}
    </Paper>
  );
}
