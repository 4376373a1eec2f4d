import { Alert, Anchor, Card, Grid, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconInfoCircle, IconMapPinOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { SwapDetail } from '../../../../../schema/wire/api/swap.ts';
import { api, bodyOf } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { pages } from '../../app/pages.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { StepTable } from '../../parts/step-table.tsx';
import { StepTimeline } from '../../parts/step-timeline.tsx';
import { SwapStateBadge } from '../../parts/swap-state.tsx';
import { useNow } from '../../parts/use-now.ts';
import { Bill } from './bill.tsx';
import { LogTable } from './log-table.tsx';
import { swapTexts } from './texts.ts';

/** One swap: what was done when, against what budget, with which packs, and what it cost. */
export default function SwapPage() {
  const { swap: id } = useParams({ strict: false }) as { swap: string };
  const say = useTexts(swapTexts);
  const swap = useQuery({
    queryKey: ['swap', id],
    queryFn: () => bodyOf(api.swaps[':id'].$get({ param: { id } })),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? 2_000 : false),
  });
  if (swap.error instanceof Problem && (swap.error.status === 404 || swap.error.status === 400)) {
    return <Empty icon={IconMapPinOff} title={say('gone.title')} text={say('gone.text')} />;
  }
  if (swap.error && !swap.data) return <ErrorPanel error={swap.error} retry={() => void swap.refetch()} />;
  if (!swap.data) return <PageSkeleton />;
  return <Swap swap={swap.data} />;
}

/** Roles for which the API has these parts. */
const billed = ['admin', 'operations', 'fleet', 'regulator'] as const;
const logged = ['admin', 'operations', 'staff', 'regulator', 'maintenance'] as const;

function Swap({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const { language } = useLanguage();
  const caller = useCaller();
  const { id, state, reason, driverText } = swap;
  return (
    <>
      <PageTitle title={say('title', { id })}>
        <SwapStateBadge state={state} />
        <Anchor component={Link} to="/swaps" size="sm">
          {say('back')}
        </Anchor>
      </PageTitle>
      <Stack gap="lg">
        {reason !== null && state !== 'completed' && (
          <Alert color="orange" icon={<IconInfoCircle aria-hidden />} title={say('why', { reason })}>
            {driverText && `${say('driver')}: ${driverText[language]}`}
          </Alert>
        )}
        <Figures swap={swap} />
        <Steps swap={swap} />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Packs swap={swap} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <When swap={swap} />
          </Grid.Col>
        </Grid>
        {isOneOf(caller, billed) && state === 'completed' && <Bill swap={swap} />}
        {isOneOf(caller, logged) && <LogTable swap={swap} />}
      </Stack>
    </>
  );
}

/** A link where the caller has that page, else the words. */
function Way({ page, to, words }: { page: string; to: string; words: string }) {
  const caller = useCaller();
  const roles = pages.find(({ path }) => path === page)?.roles ?? [];
  return isOneOf(caller, roles) ? (
    <Anchor component={Link} to={to}>
      {words}
    </Anchor>
  ) : (
    <Text span inherit>
      {words}
    </Text>
  );
}

function Figures({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const formats = useFormats();
  const { station, bay, vehicle, odometerKm, swapTimeMs, prefetch } = swap;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm">
      <Figure label={say('time.swap')} value={formats.seconds(swapTimeMs)} note={say('time.limit')} />
      <Figure
        label={say('station')}
        value={<Way page="/stations/$station" to={`/stations/${station}`} words={station} />}
        note={say('bay', { bay })}
      />
      <Figure
        label={say('vehicle')}
        value={
          <Text span ff="monospace" fw={700} fz={18}>
            {vehicle}
          </Text>
        }
        note={say('odometer', { km: formats.whole(odometerKm) })}
      />
      <Figure
        label={say('prefetch.title')}
        value={prefetch === null ? '–' : formats.seconds(prefetch.wonMs)}
        note={
          prefetch === null
            ? say('prefetch.none')
            : say('prefetch.won', {
                won: formats.seconds(prefetch.wonMs),
                at: formats.time(prefetch.fetchedAt),
                took: formats.seconds(prefetch.fetchMs),
              })
        }
      />
    </SimpleGrid>
  );
}

function Steps({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const now = useNow(swap.endedAt === null ? 1_000 : null);
  const station = useQuery({
    queryKey: ['station', swap.station, 'scale'],
    queryFn: () => bodyOf(api.stations[':id'].$get({ param: { id: swap.station } })),
    staleTime: 600_000,
  });
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('steps')}
      </Title>
      <StepTimeline steps={swap.steps} from={swap.inPositionAt} timeScale={station.data?.timeScale ?? 1} now={now} />
      <StepTable steps={swap.steps} />
    </section>
  );
}

function Packs({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const formats = useFormats();
  const packs = [
    { name: say('packs.out'), code: swap.packOut, socPct: swap.packOutSocPct, energyWh: swap.packOutEnergyWh },
    { name: say('packs.in'), code: swap.packIn, socPct: swap.packInSocPct, energyWh: swap.packInEnergyWh },
  ];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('packs.title')}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {packs.map(({ name, code, socPct, energyWh }) => (
          <Card key={name} withBorder padding="sm">
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {code === null ? (
                say('packs.none')
              ) : (
                <Way page="/batteries/$code" to={`/batteries/${code}`} words={code} />
              )}
            </Text>
            <Group gap="md" mt={4}>
              <Text size="sm">
                {say('packs.soc')}: {formats.pct(socPct)}
              </Text>
              <Text size="sm">
                {say('packs.energy')}: {formats.kWh(energyWh)}
              </Text>
            </Group>
          </Card>
        ))}
      </SimpleGrid>
    </section>
  );
}

function When({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const formats = useFormats();
  const rows = [
    ['entered', swap.enteredAt],
    ['inPosition', swap.inPositionAt],
    ['released', swap.releasedAt],
    ['left', swap.leftAt],
    ['ended', swap.endedAt],
  ] as const;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('time.label')}
      </Title>
      <Table fz="sm" verticalSpacing={4} aria-label={say('time.label')}>
        <Table.Tbody>
          {rows.map(([name, at]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{say(`time.${name}`)}</Table.Th>
              <Table.Td>{formats.dayAndTime(at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
