import { Anchor, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Slot } from '../../../../../schema/wire/api/station.ts';
import type { TelemetrySlot } from '../../../../../schema/wire/api/telemetry.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useArrivals } from './data.ts';
import { isPromise, slotLooks, slotState } from './slot-look.ts';
import { slotTexts } from './slot-texts.ts';
import { useHolderWords } from './slot-tile.tsx';

interface SlotDetailsProps {
  slot: Slot;
  measured: TelemetrySlot | null;
  measuredAt: string | null;
  isolate: ((pack: string) => void) | null;
  close: () => void;
}

export function SlotDetails({ slot, measured, measuredAt, isolate, close }: SlotDetailsProps) {
  const say = useTexts(slotTexts);
  const { pack } = slot;
  const state = slotState(slot);
  const word = state === 'alarm' ? say('slots.alarm', { level: pack?.alarmLevel ?? 0 }) : say(`slots.${state}`);
  const holder = usePromise(slot);
  return (
    <Modal opened onClose={close} title={say('slots.slot', { n: slot.slot })} centered>
      <Stack gap="sm">
        <Group gap="xs">
          <StateBadge {...slotLooks[state]} words={word} size="lg" />
        </Group>
        {holder !== null && <Text size="sm">{holder}</Text>}
        {pack && <PackFigures slot={slot} measured={measured} measuredAt={measuredAt} />}
        {pack && (
          <Group justify="space-between">
            <Anchor component={Link} to={`/batteries/${pack.code}`} size="sm">
              {say('slots.open')}
            </Anchor>
            {isolate && (
              <Button
                size="xs"
                variant="light"
                color="red"
                onClick={() => {
                  close();
                  isolate(pack.code);
                }}
              >
                {say('slots.isolate')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Modal>
  );
}

/** With the car, where the reservation is the caller's to see. */
function usePromise(slot: Slot): string | null {
  const say = useTexts(slotTexts);
  const { items } = useArrivals(slot.station);
  const words = useHolderWords(slot);
  const holder = slot.pack?.reservedBy ?? null;
  if (holder === null || !isPromise(holder)) return words;
  const found = items?.find(({ id }) => id === holder);
  return found ? say('slots.promised', { vehicle: found.vehicle }) : words;
}

function PackFigures({ slot, measured, measuredAt }: Omit<SlotDetailsProps, 'isolate' | 'close'>) {
  const say = useTexts(slotTexts);
  const formats = useFormats();
  const { pack } = slot;
  if (!pack) return null;
  const when = measured ? say('slots.measured', { at: formats.time(measuredAt) }) : say('slots.lastKnown');
  const rows = [
    [say('slots.soc'), `${formats.pct(measured?.socPct ?? pack.socPct)} (${when})`],
    [say('slots.soh'), formats.pct(pack.sohPct)],
    [say('slots.temperature'), formats.celsius(measured?.maxCellC)],
    [say('slots.power'), formats.kW(measured?.powerW)],
    [say('slots.model'), pack.model],
  ] as const;
  return (
    <Table variant="vertical" layout="auto" withTableBorder>
      <caption>{pack.code}</caption>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
