import { Box, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { useAll, useOne } from '../../live/use-live.ts';
import { useNow } from '../../parts/use-now.ts';
import { SlotDetails } from './slot-details.tsx';
import { type SlotState, slotLooks, slotState } from './slot-look.ts';
import { slotTexts } from './slot-texts.ts';
import { SlotTile } from './slot-tile.tsx';
import classes from './slot-wall.module.css';
import { telemetryFreshMs } from './station-head.tsx';

interface SlotWallProps {
  station: string;
  /** Asks to isolate a pack; null: no bay can now. */
  isolate: ((pack: string) => void) | null;
}

/** Every slot with what is in it, as it hangs on the wall. */
export function SlotWall({ station, isolate }: SlotWallProps) {
  const say = useTexts(slotTexts);
  const slots = useAll('slot', station).toSorted((a, b) => a.slot - b.slot);
  const telemetry = useOne('telemetry', station);
  const now = useNow(5000);
  const [chosen, setChosen] = useState<number | null>(null);
  const fresh = telemetry !== undefined && now - Date.parse(telemetry.receivedAt) < telemetryFreshMs;
  const measured = new Map(fresh ? telemetry.slots.map((each) => [each.slot, each]) : []);
  const count = (state: SlotState) => slots.filter((slot) => slotState(slot) === state).length;
  const open = slots.find(({ slot }) => slot === chosen);
  return (
    <Box component="section" aria-labelledby="slots-title">
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="sm" align="baseline">
          <Title order={2} size="h4" id="slots-title">
            {say('slots.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {say('slots.about', { ready: count('ready'), charging: count('charging'), empty: count('empty') })}
          </Text>
        </Group>
        <Legend />
      </Group>
      {slots.length === 0 && <Text c="dimmed">{say('slots.none')}</Text>}
      <div className={classes.wall} data-testid="slots">
        {slots.map((slot) => (
          <SlotTile key={slot.slot} slot={slot} measured={measured.get(slot.slot) ?? null} open={setChosen} />
        ))}
      </div>
      {open && (
        <SlotDetails
          slot={open}
          measured={measured.get(open.slot) ?? null}
          measuredAt={telemetry?.receivedAt ?? null}
          isolate={isolate}
          close={() => setChosen(null)}
        />
      )}
    </Box>
  );
}

const shownInLegend = ['ready', 'charging', 'waiting', 'resting', 'quarantined', 'retired', 'locked', 'empty'] as const;

function Legend() {
  const say = useTexts(slotTexts);
  return (
    <Group gap="sm" visibleFrom="md" aria-label={say('slots.legend')} role="group">
      {shownInLegend.map((state) => {
        const { icon: Picture, color } = slotLooks[state];
        return (
          <Group key={state} gap={4}>
            <Picture size={14} aria-hidden color={`var(--mantine-color-${color}-filled)`} />
            <Text size="xs">{say(`slots.${state}`)}</Text>
          </Group>
        );
      })}
    </Group>
  );
}
