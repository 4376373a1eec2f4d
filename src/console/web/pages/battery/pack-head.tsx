import { Badge, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDoorExit, IconLock } from '@tabler/icons-react';
import type { Battery } from '../../../../../schema/wire/api/battery.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { usePlaceWords } from '../../parts/pack-place.ts';
import { PackStatusBadge } from '../../parts/pack-status.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useHealth, useLife } from './data.ts';
import { PackActions } from './pack-actions.tsx';
import { batteryTexts } from './texts.ts';

/** What the pack is now, and what may be done with it. */
export function PackHead({ pack, etag }: { pack: Battery; etag: string | null }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const placeWords = usePlaceWords();
  const { data: life } = useLife(pack.code);
  return (
    <div>
      <PageTitle
        title={pack.code}
        about={`${placeWords(pack.place)} ${say('head.since', { at: formats.dayAndTime(pack.place?.since) })}`}
      >
        {life?.cascadeCode && (
          <Badge variant="default" size="lg" tt="none" ff="monospace">
            {say('head.cascade')} {life.cascadeCode}
          </Badge>
        )}
      </PageTitle>
      <Stack gap="sm">
        <Notes pack={pack} />
        <PackActions pack={pack} etag={etag} />
        <Figures pack={pack} />
      </Stack>
    </div>
  );
}

function Notes({ pack }: { pack: Battery }) {
  const say = useTexts(batteryTexts);
  const { data: health } = useHealth(pack.code);
  return (
    <Group gap="xs">
      <PackStatusBadge status={pack.status} size="lg" />
      {pack.ready && <StateBadge color="green" icon={IconCircleCheck} words={say('head.ready')} size="lg" />}
      {pack.alarmLevel > 0 && (
        <StateBadge
          color="red"
          icon={IconAlertTriangle}
          words={say('head.alarm', { level: pack.alarmLevel })}
          size="lg"
        />
      )}
      {pack.reservedBy !== null && (
        <StateBadge color="blue" icon={IconLock} words={say('head.reserved', { holder: pack.reservedBy })} size="lg" />
      )}
      {health?.retiring && <StateBadge color="orange" icon={IconDoorExit} words={say('head.retiring')} size="lg" />}
    </Group>
  );
}

function Figures({ pack }: { pack: Battery }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const { data: health } = useHealth(pack.code);
  const estimate = health?.estimate ?? null;
  const bms = pack.sohPct === null ? '' : say('head.bms', { soh: formats.pct(pack.sohPct) });
  const figures = [
    [say('head.soc'), formats.pct(pack.socPct), formats.kWh(pack.energyWh)],
    [
      say('head.soh'),
      formats.pct(estimate?.sohPct ?? pack.sohPct),
      estimate
        ? `${say('head.interval', { low: formats.pct(estimate.lowPct), high: formats.pct(estimate.highPct), n: estimate.charges })} · ${bms}`
        : say('head.bmsOnly'),
    ],
    [
      say('head.throughput'),
      formats.kWh(pack.chargeThroughputWh),
      say('head.ah', { ah: formats.tenth(pack.chargeThroughputAh) }),
    ],
    [say('head.cycles'), formats.tenth(pack.fullCycles), say('head.fitted', { count: pack.swapCount })],
    [
      say('head.cells'),
      `${formats.celsius(pack.minCellC)} / ${formats.celsius(pack.maxCellC)}`,
      `${say('head.negative')}: ${formats.whole(pack.negativeEvents)}`,
    ],
    [
      say('head.resistance'),
      health?.resistanceMohm == null ? '–' : `${formats.tenth(health.resistanceMohm)} mΩ`,
      [
        health?.resistanceGrowthPct == null
          ? null
          : say('head.growth', { pct: formats.pct(health.resistanceGrowthPct) }),
        health?.cellSpreadMv == null ? null : `${say('head.spread')} ${formats.tenth(health.cellSpreadMv)} mV`,
      ]
        .filter(Boolean)
        .join(' · '),
    ],
    [say('head.model'), pack.model, `${say('head.firmware')} ${pack.firmware || '–'}`],
    [say('head.owner'), pack.owner ?? '–', ''],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="xs">
      {figures.map(([name, value, more]) => (
        <Card key={name} withBorder padding="xs">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text fw={650} size="lg">
            {value}
          </Text>
          <Text size="xs">{more}</Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}
