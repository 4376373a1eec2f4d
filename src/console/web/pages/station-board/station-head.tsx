import { Anchor, Group, Paper, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconClockOff, IconFlask } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { StationNow } from '../../../../../schema/wire/api/station.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useOne } from '../../live/use-live.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { StationStateBadge } from '../../parts/station-state.tsx';
import { stationTexts } from '../../parts/station-texts.ts';
import { useNow } from '../../parts/use-now.ts';
import { boardTexts } from './texts.ts';
import { ToSimulator } from './to-simulator.tsx';

/** A measurement older than three periods is no longer what is. */
export const telemetryFreshMs = 30_000;

export function StationHead({ station }: { station: StationNow }) {
  const say = useTexts(boardTexts);
  const words = useTexts(stationTexts);
  const caller = useCaller();
  const { id, name, address, online, simulated, timeScale, openNow } = station;
  const speed = timeScale === 1 ? null : say('head.speed', { n: timeScale });
  return (
    <div>
      <PageTitle title={name} about={[id, address, speed].filter(Boolean).join(' · ')}>
        {caller.stations?.length !== 1 && (
          <Anchor component={Link} to="/stations" size="sm">
            <Group gap={4} component="span">
              <IconArrowLeft size={14} aria-hidden />
              {say('head.all')}
            </Group>
          </Anchor>
        )}
        {!openNow && <StateBadge color="yellow" icon={IconClockOff} words={say('head.closed')} size="lg" />}
        {simulated && <StateBadge color="gray" icon={IconFlask} words={words('station.simulated')} size="lg" />}
        {simulated && isOneOf(caller, ['staff', 'maintenance', 'operations', 'admin']) && (
          <ToSimulator station={id} words={say('head.simulator')} />
        )}
        <StationStateBadge online={online} size="lg" />
      </PageTitle>
      <Figures station={station} />
    </div>
  );
}

function Figures({ station }: { station: StationNow }) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  const { readyPacks: ready, packs, expectedWaitMs } = station;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Figure name={say('head.ready')} value={say('head.readyOf', { ready, packs })} />
      <Figure
        name={say('head.wait')}
        value={expectedWaitMs === null ? say('head.noWait') : formats.clock(expectedWaitMs)}
      />
      <Power station={station.id} limitW={station.powerLimitW} />
    </SimpleGrid>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children?: ReactNode }) {
  return (
    <Paper withBorder p="xs">
      <Stack gap={2}>
        <Text size="xs" c="dimmed">
          {name}
        </Text>
        <Text fw={650} size="lg" lh={1.2}>
          {value}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}

function Power({ station, limitW }: { station: string; limitW: number }) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  const now = useNow(5000);
  const telemetry = useOne('telemetry', station);
  if (!telemetry) return <Figure name={say('head.power')} value={say('head.powerNone')} />;
  const old = now - Date.parse(telemetry.receivedAt) > telemetryFreshMs;
  const pct = limitW > 0 ? (telemetry.powerW / limitW) * 100 : 0;
  const color = old ? 'gray' : pct > 98 ? 'red' : pct > 85 ? 'yellow' : 'lane';
  return (
    <Figure
      name={say('head.power')}
      value={say('head.powerOf', { power: formats.kW(telemetry.powerW), limit: formats.kW(limitW) })}
    >
      <Progress value={Math.min(100, pct)} color={color} size="sm" aria-label={say('head.power')} />
      {old && (
        <Text size="xs" c="dimmed">
          {say('head.powerOld', { at: formats.time(telemetry.receivedAt) })}
        </Text>
      )}
    </Figure>
  );
}
