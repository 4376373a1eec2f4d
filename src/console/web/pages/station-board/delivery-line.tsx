import { Alert, CloseButton, Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useReasonWords } from '../../parts/reason-words.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import { type Deliveries, type Delivery, isOpen, useCommand } from './deliveries.ts';
import { boardTexts } from './texts.ts';

const readForMs = 20_000;

/** What became of what was asked, until the station has answered. */
export function DeliveryLine({ delivery, dismiss }: { delivery: Delivery; dismiss: Deliveries['dismiss'] }) {
  const say = useTexts(boardTexts);
  const words = useTexts(stationTexts);
  const formats = useFormats();
  const reasonWords = useReasonWords();
  const { id } = delivery.command;
  const command = useCommand(delivery.command);
  const running = isOpen(command);
  const good = command.delivery === 'completed';
  // What went well is soon no news; what did not stays until somebody has read it.
  useEffect(() => {
    if (!good) return;
    const timer = setTimeout(() => dismiss(id), readForMs);
    return () => clearTimeout(timer);
  }, [good, id, dismiss]);
  const color = running ? 'blue' : good ? 'green' : 'red';
  const icon = running ? (
    <Loader size={16} aria-hidden />
  ) : good ? (
    <IconCircleCheck aria-hidden />
  ) : (
    <IconAlertTriangle aria-hidden />
  );
  // A command to the station by its step; an action of a person stands for itself.
  const step = command.type in stationTexts.en.step ? words(`step.${command.type as 'exchange'}`) : null;
  const { result } = command;
  const more = [
    step,
    result?.reason ? reasonWords(result.reason) : null,
    result?.detail,
    result && result.durationMs > 0 ? say('delivery.took', { time: formats.seconds(result.durationMs) }) : null,
  ].filter(Boolean);
  return (
    <Alert color={color} icon={icon} p="xs" role="status" data-testid="delivery" data-delivery={command.delivery}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm">
          {say('delivery.title', { action: delivery.action, state: say(`delivery.${command.delivery}`) })}
          {more.length > 0 && ` (${more.join(' · ')})`}
        </Text>
        <CloseButton size="sm" onClick={() => dismiss(id)} aria-label={say('delivery.dismiss')} />
      </Group>
    </Alert>
  );
}
